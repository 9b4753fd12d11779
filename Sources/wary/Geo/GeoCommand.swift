import ArgumentParser

/// `wary geo`: what is known of an address, and databases of one's own.
struct GeoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "geo", abstract: "What is known of an address; or a position database of one's own.",
        discussion: """
            Examples:
              wary geo 203.0.113.7 --positions GeoLite2-City.mmdb --positions GeoLite2-ASN.mmdb
              wary geo build offices.csv offices.mmdb
            """,
        subcommands: [GeoShowCommand.self, GeoBuildCommand.self], defaultSubcommand: GeoShowCommand.self)
}

/// Words messages in the person's language and hands them to the channel's courier.
public struct PostOffice: Sendable {
    private let couriers: [OutgoingMessage.Channel: any Courier]
    private let templates: MessageTemplates
    private let serviceName: String

    public init(couriers: [OutgoingMessage.Channel: any Courier], templates: MessageTemplates, serviceName: String) {
        self.couriers = couriers
        self.templates = templates
        self.serviceName = serviceName
    }

    /// Whether anybody takes messages of this channel.
    public func serves(_ channel: OutgoingMessage.Channel) -> Bool { couriers[channel] != nil }

    /// The language to write in: the one wanted where there are templates for it, else the other.
    func language(_ wanted: String?, else other: String) -> String { templates.language(wanted) ?? other }

    func send(_ kind: MessageKind, by channel: OutgoingMessage.Channel, to address: String, language: String,
              _ values: [String: String] = [:], reference: String? = nil) async throws(CourierFailure) {
        guard let courier = couriers[channel] else { throw CourierFailure("no courier takes \(channel.rawValue) messages", isPassing: false) }
        let values = values.merging(["service": serviceName]) { own, _ in own }
        let (subject, text) = try templates.render(kind, channel, language: language, values)
        try await courier.deliver(OutgoingMessage(channel: channel, address: address, kind: kind, subject: channel == .email ? subject : nil, text: text,
                                                  reference: reference))
    }
}

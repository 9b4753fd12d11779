/// The program's version, as `ping` and `wary --version` tell it.
public enum Version {
    public static let current = "0.1.0"
}

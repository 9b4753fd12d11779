import Foundation
import WarySignals

/// The receiver operating characteristic of each kind of attack, as an SVG that stands alone.
struct CurveChart {
    private let evaluation: ModelEvaluation
    private let title: String

    init(_ evaluation: ModelEvaluation, title: String) {
        self.evaluation = evaluation
        self.title = title
    }

    private static let side = 420.0
    private static let margin = 60.0
    /// Okabe and Ito's colours, which the colour-blind can tell apart.
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31", "#666666", "#b22222", "#000000"]

    var svg: String {
        let width = Self.margin + Self.side + 250, height = Self.margin + Self.side + 60
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"sans-serif\" font-size=\"12\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            text(Self.margin, 30, "\(title): attacks caught by good sign-ins challenged", size: 15),
        ]
        lines += grid()
        for (index, row) in evaluation.rows.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let points = row.curve.map { String(format: "%.1f,%.1f", x($0.challenged), y($0.caught)) }.joined(separator: " ")
            lines.append("<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\"\(points)\"/>")
            let top = Self.margin + 14 + Double(index) * 20, left = Self.margin + Self.side + 20
            lines.append("<line x1=\"\(left)\" y1=\"\(top - 4)\" x2=\"\(left + 20)\" y2=\"\(top - 4)\" stroke=\"\(colour)\" stroke-width=\"3\"/>")
            lines.append(text(left + 28, top, "\(row.kind)  \(String(format: "AUC %.3f", row.areaUnderCurve))"))
        }
        lines.append(text(Self.margin + Self.side / 2 - 90, Self.margin + Self.side + 40, "good sign-ins challenged (square-root scale)"))
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    /// Drawn by the square root, so that the few per cent where one operates are wide enough to read.
    private func x(_ share: Double) -> Double { Self.margin + Self.side * share.squareRoot() }

    private func y(_ share: Double) -> Double { Self.margin + Self.side * (1 - share) }

    private func grid() -> [String] {
        var lines: [String] = []
        for share in [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 1] {
            lines.append("<line x1=\"\(x(share))\" y1=\"\(y(0))\" x2=\"\(x(share))\" y2=\"\(y(1))\" stroke=\"#ddd\"/>")
            lines.append(text(x(share) - 8, y(0) + 18, "\(Int(share * 100))%"))
        }
        for share in stride(from: 0.0, through: 1, by: 0.25) {
            lines.append("<line x1=\"\(x(0))\" y1=\"\(y(share))\" x2=\"\(x(1))\" y2=\"\(y(share))\" stroke=\"#ddd\"/>")
            lines.append(text(x(0) - 38, y(share) + 4, "\(Int(share * 100))%"))
        }
        return lines
    }

    private func text(_ x: Double, _ y: Double, _ words: String, size: Int = 12) -> String {
        let escaped = words.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
        return "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\">\(escaped)</text>"
    }
}

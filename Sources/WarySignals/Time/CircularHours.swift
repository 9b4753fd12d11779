import Glibc

/// Statistics of hours on the clock's circle: 23:30 and 00:30 are an hour apart, and their mean is midnight.
public struct CircularHours: Hashable, Sendable {
    /// How close together the hours lie: 0 all around the clock, 1 all the same.
    public let resultant: Double
    private let direction: Double
    private let count: Int

    /// - Parameter hours: 0…24, fractions included.
    public init(_ hours: [Double]) {
        let angles = hours.map { $0 * .pi / 12 }
        let x = angles.reduce(0) { $0 + cos($1) } / Double(max(1, hours.count))
        let y = angles.reduce(0) { $0 + sin($1) } / Double(max(1, hours.count))
        resultant = min(1, (x * x + y * y).squareRoot())
        direction = atan2(y, x)
        count = hours.count
    }

    /// Below this the mean's direction is nothing but rounding.
    private static let leastResultant = 1e-9

    /// The mean hour, 0…24; nil where the hours have none: evenly spread, or on two opposite sides.
    public var mean: Double? {
        guard resultant > Self.leastResultant else { return nil }
        let hour = direction * 12 / .pi
        return hour < 0 ? hour + 24 : hour
    }

    /// The concentration κ of the von Mises distribution that fits best: I₁(κ) / I₀(κ) is the resultant. Nil where there
    /// is no mean, or no spread.
    public var concentration: Double? {
        guard count > 1, resultant > Self.leastResultant, resultant < 1 else { return nil }
        // The start is Best and Fisher's (1981); Newton's steps then settle it to the last digits.
        var kappa = switch resultant {
        case ..<0.53: 2 * resultant + pow(resultant, 3) + 5 * pow(resultant, 5) / 6
        case ..<0.85: -0.4 + 1.39 * resultant + 0.43 / (1 - resultant)
        default: 1 / (pow(resultant, 3) - 4 * resultant * resultant + 3 * resultant)
        }
        for _ in 0..<60 {
            let ratio = Bessel.ratio(kappa)
            let step = (ratio - resultant) / (1 - ratio * ratio - ratio / kappa)
            kappa = max(kappa / 2, kappa - step)
            if abs(step) <= 1e-14 * kappa { break }
        }
        return kappa
    }

    /// The fitted distribution's density at an hour, per hour; nil where there is none.
    public func density(atHour hour: Double) -> Double? {
        guard let kappa = concentration else { return nil }
        let angle = hour * .pi / 12 - direction
        // e^(κ cos) / I₀(κ), both scaled by e^−κ.
        return exp(kappa * (cos(angle) - 1)) / (2 * .pi * Bessel.scaledZero(kappa)) * .pi / 12
    }
}

/// Modified Bessel functions of the first kind.
private enum Bessel {
    /// I₁(x) / I₀(x), by the continued fraction of Gauss, from the far end.
    static func ratio(_ x: Double) -> Double {
        if x > 500 {
            // The asymptotic series (Abramowitz and Stegun 9.7.1), exact to the last digits here.
            return asymptotic(x, order: 1) / asymptotic(x, order: 0)
        }
        var fraction = 0.0
        for order in stride(from: Int(x) + 60, through: 1, by: -1) { fraction = 1 / (2 * Double(order) / x + fraction) }
        return fraction
    }

    /// e^−x I₀(x)
    static func scaledZero(_ x: Double) -> Double {
        if x > 500 { return asymptotic(x, order: 0) / (2 * .pi * x).squareRoot() }
        // I₀ = Σ (x/2)^2k / k!², summed with its greatest term scaled away.
        var sum = 0.0, logTerm = -x
        for index in 0..<Int(2 * x + 80) {
            if index > 0 { logTerm += 2 * (log(x / 2) - log(Double(index))) }
            sum += exp(logTerm)
        }
        return sum
    }

    private static func asymptotic(_ x: Double, order: Int) -> Double {
        var sum = 1.0, term = 1.0
        let square = 4.0 * Double(order * order)
        for index in 1...12 {
            let odd = Double(2 * index - 1)
            term *= -(square - odd * odd) / (Double(index) * 8 * x)
            sum += term
        }
        return sum
    }
}

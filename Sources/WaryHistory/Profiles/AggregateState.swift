import WaryVocabulary

/// Ties an aggregate's definition to the window that keeps it: what an event changes, and what is read.
enum AggregateState {
    /// An event of the aggregate's kind, admitted by its filter.
    static func add(_ definition: AggregateDefinition, _ fields: EventFields, at: Instant, sequence: UInt64,
                    hashes: inout EventHashes, to section: inout Section) {
        let instant = at.milliseconds
        switch definition.function {
        case .count:
            switch definition.extent {
            case .within(let window): CountWindow.add(instant, window: window, to: &section)
            case .since, .ever: SinceCounter.add(instant, to: &section)
            }
        case .distinct:
            guard let hash = hashes.field(definition.field, fields) else { return }
            DistinctWindow.add(hash, instant, window: window(definition), to: &section)
        case .sum, .avg, .min, .max:
            guard let datum = value(definition, fields), let measure = Measure(datum, as: definition.fieldType) else { return }
            if definition.function == .sum || definition.function == .avg {
                MeasureWindow.add(measure, instant, window: window(definition), to: &section)
            } else {
                ExtremeWindow.add(measure, instant, largest: definition.function == .max, window: window(definition), to: &section)
            }
        case .last, .first:
            guard let datum = value(definition, fields) else { return }
            LatestValue.add(datum, instant, sequence: sequence, isFirst: definition.function == .first, to: &section)
        case .elapsed: LastInstant.add(instant, to: &section)
        case .new:
            guard let hash = hashes.field(definition.field, fields) else { return }
            MetValues.add(hash, instant, to: &section)
        case .regular: Regularity.add(instant, window: window(definition), to: &section)
        }
    }

    static func read(_ definition: AggregateDefinition, _ fields: EventFields, at now: Instant, hashes: inout EventHashes,
                     in section: Section) -> Reading {
        let through = now.milliseconds, window = window(definition)
        let from = (now - window).milliseconds
        switch definition.function {
        case .count:
            if case .within = definition.extent {
                return .known(.int(CountWindow.count(in: section, after: from, through: through)))
            }
            return .known(.int(SinceCounter.count(in: section, through: through)))
        case .distinct: return .known(.int(DistinctWindow.count(in: section, after: from, through: through)))
        case .sum, .avg: return total(definition, section, from, through)
        case .min, .max:
            let measure = ExtremeWindow.value(in: section, isWhole: Measure.isWhole(definition.fieldType), after: from, through: through)
            return measure.map { .known($0.datum(as: definition.fieldType)) } ?? .unknown(.noHistory)
        case .last, .first:
            return LatestValue.value(in: section, through: through).map(Reading.known) ?? .unknown(.noHistory)
        case .elapsed:
            return LastInstant.instant(in: section).map { .known(.duration(max(0, through - $0))) } ?? .unknown(.noHistory)
        case .new:
            guard let hash = hashes.field(definition.field, fields) else { return .unknown(missing(definition.field, fields)) }
            return .known(.bool(!MetValues.contains(hash, in: section, after: from, through: through)))
        case .regular:
            return Regularity.share(in: section, after: from, through: through).map { .known(.decimal($0)) } ?? .unknown(.noHistory)
        }
    }

    /// Why an event has no value of this field.
    static func missing(_ field: String?, _ fields: EventFields) -> UnknownReason {
        switch field.flatMap(KeyKind.init) {
        case .network, .country:
            guard let ip = fields.ip else { return .notSent }
            return ip.isPrivate ? .privateAddress : .notInDatabase
        default: return .notSent
        }
    }

    static func window(_ definition: AggregateDefinition) -> Int64 {
        if case .within(let milliseconds) = definition.extent { milliseconds } else { .max }
    }

    private static func value(_ definition: AggregateDefinition, _ fields: EventFields) -> Datum? {
        definition.field.flatMap(fields.value(ofField:))
    }

    private static func total(_ definition: AggregateDefinition, _ section: Section, _ from: Int64, _ through: Int64) -> Reading {
        let type = definition.fieldType
        switch MeasureWindow.total(in: section, isWhole: Measure.isWhole(type), after: from, through: through) {
        case .none: return .unknown(.noHistory)
        case .overflow: return .unknown(.failed)
        case .whole(let sum, let count):
            return .known(Measure.whole(definition.function == .sum ? sum : rounded(sum, count)).datum(as: type))
        case .decimal(let sum, let count):
            return .known(Measure.decimal(definition.function == .sum ? sum : sum / Double(count)).datum(as: type))
        }
    }

    /// The mean of whole numbers is one, rounded half away from zero as scores are.
    private static func rounded(_ sum: Int64, _ count: Int64) -> Int64 {
        let (quotient, rest) = sum.quotientAndRemainder(dividingBy: count)
        return rest.magnitude * 2 >= count.magnitude ? quotient + sum.signum() : quotient
    }
}

import WaryVocabulary

extension Interpreter {
    /// Notes what a rule's condition came to; true when its score is still to be computed.
    @inline(__always)
    func settle(_ step: Step) -> Bool {
        let state = states[Int(step.pointee.a)]
        if state == SlotState.known, !words[Int(step.pointee.a)].isTrue { return false }
        return note(state, Int(step.pointee.b))
    }

    @inline(never)
    private func note(_ state: UInt8, _ index: Int) -> Bool {
        let rule = registers.rules[Int32(index)]
        registers.busyRules += 1
        if state == SlotState.known {
            registers.ruleStates[index] = .fired
        } else if state == SlotState.failed {
            registers.ruleStates[index] = .failed
            return false
        } else if rule.treatment == .fire {
            registers.ruleStates[index] = .firedUnknown
        } else {
            registers.ruleStates[index] = .unknown
            if case .score(let score)? = rule.treatment { contribute(score, index, rule) }
            return false
        }
        if rule.tightens { registers.isTightened = true }
        if let fixed = rule.fixedScore { contribute(fixed, index, rule) }
        return rule.computesScore
    }

    private func contribute(_ score: Int64, _ index: Int, _ rule: Program.Rule) {
        registers.contributions[index] = score
        if !rule.isMonitor { registers.total += Int128(score) }
    }

    /// The score of a rule that fires.
    func addScore(_ step: Step) {
        let index = Int(step.pointee.b)
        let rule = registers.rules[step.pointee.b]
        let state = states[Int(step.pointee.a)]
        var score: Int64?
        if state == SlotState.known {
            let word = words[Int(step.pointee.a)]
            score = step.pointee.flag == 1 ? Int64(exactly: word.double.rounded(.toNearestOrAwayFromZero)) : word.int
            if score == nil { registers.isDegraded = true }
        } else if state != SlotState.failed {
            if registers.ruleStates[index] == .fired { registers.ruleStates[index] = .firedScoreUnknown }
            switch rule.treatment {
            case .fire?: score = rule.cap ?? 0
            case .score(let fixed)?: return contribute(fixed, index, rule)
            case .skip?, nil: return
            }
        }
        guard let score else {
            registers.ruleStates[index] = .failed
            return
        }
        contribute(min(score, rule.cap ?? score), index, rule)
    }

    /// The sum, clamped to 0…100 at the end.
    func finishRules() {
        set(Int32(registers.program.score), Word(int: Int64(min(100, max(0, registers.total)))))
    }

    /// Whether a line of `decide` holds: unknown counts as true for `deny` and `step_up`, as false for `allow`.
    func holds(_ step: Step) -> Bool {
        let isKnown = states[Int(step.pointee.a)] == SlotState.known
        let holds = isKnown ? words[Int(step.pointee.a)].isTrue : registers.program.lineOutcomes[Int(step.pointee.b)] != .allow
        if holds { registers.line = Int(step.pointee.b) }
        return holds
    }
}

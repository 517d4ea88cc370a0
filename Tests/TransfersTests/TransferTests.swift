import Testing

@testable import Transfers

@Suite struct IncomingTransferTests {
  private let limits = IncomingTransfer.Limits(
    pieceBytes: 4, window: 2, stall: .seconds(3), stallsAtMost: 2, fetchesAtMost: 2)

  @Test func asksForAWindowAndThenForOnePieceAfterTheOther() {
    var transfer = IncomingTransfer(byteCount: 10, limits: limits, at: .zero)
    let answer1 = transfer.begin(at: .zero)
    #expect(answer1 == [.ask(offset: 0, count: 4), .ask(offset: 4, count: 4)])
    let first = transfer.arrived([0, 1, 2, 3], at: 0, .zero)
    #expect(first == [.append([0, 1, 2, 3]), .ask(offset: 8, count: 2)])
    let second = transfer.arrived([4, 5, 6, 7], at: 4, .zero)
    #expect(second == [.append([4, 5, 6, 7])])
    let third = transfer.arrived([8, 9], at: 8, .zero)
    #expect(third == [.append([8, 9]), .verify])
    let end = transfer.verified(true, at: .zero)
    #expect(end == [.finish] && transfer.isOver && transfer.droppedCount == 0)
  }

  @Test func goesOnAfterTheBytesThatAreThere() {
    var transfer = IncomingTransfer(byteCount: 10, existing: 7, limits: limits, at: .zero)
    let answer2 = transfer.begin(at: .zero)
    #expect(answer2 == [.ask(offset: 7, count: 3)])
    var whole = IncomingTransfer(byteCount: 10, existing: 10, limits: limits, at: .zero)
    let answer3 = whole.begin(at: .zero)
    #expect(answer3 == [.verify])
    var foreign = IncomingTransfer(byteCount: 10, existing: 11, limits: limits, at: .zero)
    let answer4 = foreign.begin(at: .zero)
    #expect(answer4.first == .ask(offset: 0, count: 4))
    var empty = IncomingTransfer(byteCount: 0, limits: limits, at: .zero)
    let answer5 = empty.begin(at: .zero)
    #expect(answer5 == [.verify])
  }

  @Test func dropsWhatComesTwiceTooEarlyOrTooLong() {
    var transfer = IncomingTransfer(byteCount: 10, limits: limits, at: .zero)
    _ = transfer.begin(at: .zero)
    _ = transfer.arrived([0, 1, 2, 3], at: 0, .zero)
    let dropped = [
      transfer.arrived([0, 1, 2, 3], at: 0, .zero), transfer.arrived([8, 9], at: 8, .zero),
      transfer.arrived([4, 5, 6, 7, 8, 9, 10], at: 4, .zero), transfer.arrived([], at: 4, .zero),
      transfer.arrived([1], at: -1, .zero),
    ]
    #expect(dropped.allSatisfy(\.isEmpty) && transfer.droppedCount == 5 && transfer.received == 4)
  }

  @Test func asksAgainAfterAStallAndGivesUpAfterSome() {
    var transfer = IncomingTransfer(byteCount: 10, limits: limits, at: .zero)
    _ = transfer.begin(at: .zero)
    _ = transfer.arrived([0, 1, 2, 3], at: 0, .seconds(1))
    #expect(transfer.nextDeadline == .seconds(4))
    let answer6 = transfer.timePassed(at: .seconds(3))
    #expect(answer6 == [])
    let again = transfer.timePassed(at: .seconds(4))
    #expect(again == [.ask(offset: 4, count: 4), .ask(offset: 8, count: 2)])
    let answer7 = transfer.timePassed(at: .seconds(7))
    #expect(answer7.count == 2)
    guard case .giveUp = transfer.timePassed(at: .seconds(10)).first else {
      Issue.record("it waits for ever")
      return
    }
    #expect(transfer.isOver && transfer.nextDeadline == nil)
  }

  @Test func aByteBetweenStallsIsProgress() {
    var transfer = IncomingTransfer(byteCount: 10, limits: limits, at: .zero)
    _ = transfer.begin(at: .zero)
    for index in 0..<9 {
      let now = Duration.seconds(3 * (index + 1))
      let answer8 = transfer.timePassed(at: now)
      #expect(!answer8.contains { if case .giveUp = $0 { true } else { false } })
      let answer9 = transfer.arrived([UInt8(index)], at: index, now)
      #expect(answer9.first == .append([UInt8(index)]))
    }
  }

  @Test func aWrongDigestIsFetchedAgainAFewTimes() {
    var transfer = IncomingTransfer(byteCount: 3, limits: limits, at: .zero)
    _ = transfer.begin(at: .zero)
    _ = transfer.arrived([1, 2, 3], at: 0, .zero)
    let first = transfer.verified(false, at: .zero)
    #expect(first == [.startOver, .ask(offset: 0, count: 3)])
    _ = transfer.arrived([1, 2, 3], at: 0, .zero)
    let second = transfer.verified(false, at: .zero)
    #expect(second == [.startOver, .giveUp(reason: "its SHA-256 was wrong 2 times")] && transfer.isOver)
  }

  /// Both sides over a connection that loses, repeats, delays and reorders, with reconnects and restarts of the receiver,
  /// which keeps what it has appended.
  @Test(arguments: [UInt64](1...300)) func arrivesWholeOverABadConnection(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    let file = (0..<Int.random(in: 0...200, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    let limits = IncomingTransfer.Limits(
      pieceBytes: Int.random(in: 1...20, using: &random), window: Int.random(in: 1...5, using: &random),
      stall: .seconds(3), stallsAtMost: 1_000_000, fetchesAtMost: 3)
    var now = Duration.zero
    var kept: [UInt8] = []
    var incoming = IncomingTransfer(byteCount: file.count, limits: limits, at: now)
    var outgoing = OutgoingTransfer(byteCount: file.count, at: now)
    var toSender: [(Int, Int)] = []
    var toReceiver: [(Int, [UInt8])] = []
    var isDone = false

    func perform(_ actions: [IncomingTransfer.Action]) {
      for action in actions {
        switch action {
        case .ask(let offset, let count): toSender.append((offset, count))
        case .append(let bytes): kept += bytes
        case .verify: perform(incoming.verified(kept == file, at: now))
        case .startOver: kept = []
        case .finish: isDone = true
        case .giveUp(let reason): Issue.record("seed \(seed): \(reason)")
        }
      }
    }

    perform(incoming.begin(at: now))
    for _ in 0..<200_000 where !isDone {
      now += .milliseconds(100)
      switch Int.random(in: 0..<100, using: &random) {
      case 0:  // The receiver is restarted.
        toSender = []
        toReceiver = []
        incoming = IncomingTransfer(byteCount: file.count, existing: kept.count, limits: limits, at: now)
        perform(incoming.begin(at: now))
      case 1:  // The connection is made anew.
        toSender = []
        toReceiver = []
        perform(incoming.begin(at: now))
      case 2..<50 where !toSender.isEmpty:
        let index = Int.random(in: toSender.indices, using: &random)
        let question = toSender[index]
        if Int.random(in: 0..<10, using: &random) > 0 { toSender.remove(at: index) }
        if Int.random(in: 0..<10, using: &random) == 0 { break }
        for case .send(let offset, let count) in outgoing.wanted(
          offset: question.0, count: question.1, at: now)
        {
          toReceiver.append((offset, Array(file[offset..<offset + count])))
        }
      case 50..<98 where !toReceiver.isEmpty:
        let index = Int.random(in: toReceiver.indices, using: &random)
        let piece = toReceiver[index]
        if Int.random(in: 0..<10, using: &random) > 0 { toReceiver.remove(at: index) }
        if Int.random(in: 0..<10, using: &random) == 0 { break }
        perform(incoming.arrived(piece.1, at: piece.0, now))
      default: perform(incoming.timePassed(at: now))
      }
    }
    #expect(isDone && kept == file, "seed \(seed): \(kept.count) of \(file.count) bytes")
  }
}

@Suite struct OutgoingTransferTests {
  @Test func offersUntilSomebodyAsks() {
    var transfer = OutgoingTransfer(byteCount: 10, interval: .seconds(5), at: .zero)
    let answer10 = transfer.begin(at: .zero)
    #expect(answer10 == [.offer])
    let answer11 = transfer.timePassed(at: .seconds(4))
    #expect(answer11 == [])
    let answer12 = transfer.timePassed(at: .seconds(5))
    #expect(answer12 == [.offer])
    let answer = transfer.wanted(offset: 8, count: 4, at: .seconds(6))
    #expect(answer == [.send(offset: 8, count: 2)])
    let answer13 = transfer.timePassed(at: .seconds(10))
    #expect(answer13 == [])
    transfer.ended()
    let after = transfer.timePassed(at: .seconds(60)) + transfer.begin(at: .seconds(60))
    #expect(after == [])
    let late = transfer.wanted(offset: 0, count: 4, at: .seconds(61))
    #expect(late == [])
  }

  @Test(arguments: [(10, 1), (11, 1), (-1, 4), (0, 0), (0, -4), (.max, 1)])
  func bytesThatTheFileDoesNotHaveAreNotSent(_ offset: Int, _ count: Int) {
    var transfer = OutgoingTransfer(byteCount: 10, at: .zero)
    let answer = transfer.wanted(offset: offset, count: count, at: .zero)
    #expect(answer == [] && transfer.droppedCount == 1)
  }
}

@Suite struct CheckpointShippingTests {
  private func place(_ step: Int) -> CheckpointShipping.Place {
    CheckpointShipping.Place(epoch: 1, step: step)
  }

  @Test func sendsOneAtATimeAndTheNewestNext() {
    var shipping = CheckpointShipping(interval: .seconds(60))
    #expect(shipping.isSettled)
    let first = shipping.written(place(1), at: .zero)
    #expect(first == place(1) && !shipping.isSettled)
    let meanwhile = [
      shipping.written(place(2), at: .seconds(1)), shipping.written(place(3), at: .seconds(2)),
    ]
    #expect(meanwhile == [nil, nil])
    let early = shipping.ended(at: .seconds(3))
    #expect(early == nil && shipping.nextDeadline == .seconds(60) && !shipping.isSettled)
    let due = shipping.timePassed(at: .seconds(60))
    #expect(due == place(3))
    let last = shipping.ended(at: .seconds(61))
    #expect(last == nil && shipping.isSettled && shipping.nextDeadline == nil)
  }

  @Test func anEndingAttemptsNewestGoesAtOnce() {
    var shipping = CheckpointShipping(interval: .seconds(60))
    _ = shipping.written(place(1), at: .zero)
    _ = shipping.written(place(2), at: .seconds(1))
    let waiting = shipping.hurry(at: .seconds(2))
    #expect(waiting == nil, "one at a time")
    let next = shipping.ended(at: .seconds(3))
    #expect(next == place(2))
    _ = shipping.ended(at: .seconds(4))
    let nothing = shipping.hurry(at: .seconds(5))
    #expect(nothing == nil && shipping.isSettled)
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

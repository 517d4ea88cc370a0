import Tensors
import TestSupport
import Testing

@testable import Differentiation

/// Operands with axes of length 1, against an index for each element.
@Suite struct BroadcastTests {
  /// Full shapes: short runs that are put into blocks, axes that blocks do not divide, one long run.
  static let shapes: [Shape] = [
    [100, 10, 1, 20], [97, 9, 2, 20], [7, 3, 5, 11], [2_503, 3], [3, 2_503], [2, 300, 4], [1, 6], [5],
    [64, 32],
    [2_048, 2], [13, 1, 1, 17], [4, 4, 300], [3, 2_503, 4],
    [5, 9, 103, 20],
  ]

  /// Every choice of axes that have length 1 instead.
  static func narrowed(_ shape: Shape) -> [Shape] {
    (0..<1 << shape.rank).map { choice in
      Shape(shape.dimensions.enumerated().map { choice >> $0.offset & 1 == 1 ? 1 : $0.element })
    }
  }

  static func place(_ index: Int, of full: Shape, in shape: Shape) -> Int {
    var (rest, place, step) = (index, 0, 1)
    for axis in full.dimensions.indices.reversed() {
      let position = rest % full[axis]
      rest /= full[axis]
      if shape[axis] != 1 { place += position * step }
      step *= shape[axis]
    }
    return place
  }

  static func numbers<S: Scalar>(_ shape: Shape, seed: UInt64) -> [S] {
    var generator = SplitMix64(seed: seed)
    return (0..<shape.count).map { _ in S(generator.uniform(-2, 2)) }
  }

  private func expectPlainLoops<S: Scalar>(_ type: S.Type, _ full: Shape) {
    for (number, narrow) in Self.narrowed(full).enumerated() {
      let wide: [S] = Self.numbers(full, seed: 1)
      let few: [S] = Self.numbers(narrow, seed: UInt64(2 + number))
      let graph = Graph()
      let (a, b) = (graph.input(full), graph.input(narrow))
      let results = [a - b, b - a, (a + 1) * b, b.repeated(to: full)]
      let program = Program<S>(outputs: results + [a, b])
      program.set(a, wide)
      program.set(b, few)
      program.run()
      program.run()
      let other = { few[Self.place($0, of: full, in: narrow)] }
      let wanted: [(Int) -> S] = [
        { wide[$0] - other($0) }, { other($0) - wide[$0] }, { (wide[$0] + 1) * other($0) }, other,
      ]
      for (index, node) in results.enumerated() {
        let found = program.values(of: node)
        #expect(
          found.indices.allSatisfy { found[$0] == wanted[index]($0) }, "result \(index), \(narrow) to \(full)"
        )
      }
    }
  }

  @Test(arguments: shapes) func equalPlainLoops(_ full: Shape) {
    expectPlainLoops(Float.self, full)
    expectPlainLoops(Double.self, full)
  }

  /// Both operands are repeated, along different axes.
  @Test func operandsThatAreBothNarrow() {
    let full: Shape = [40, 10, 3, 20]
    for (number, narrow) in Self.narrowed(full).enumerated() {
      let opposite = Shape(zip(full.dimensions, narrow.dimensions).map { $1 == 1 ? $0 : 1 })
      let left: [Float] = Self.numbers(narrow, seed: UInt64(number))
      let right: [Float] = Self.numbers(opposite, seed: UInt64(100 + number))
      let graph = Graph()
      let (a, b) = (graph.input(narrow), graph.input(opposite))
      let difference = a - b
      let program = Program<Float>(outputs: [difference])
      program.set(a, left)
      program.set(b, right)
      program.run()
      let found = program.values(of: difference)
      #expect(
        found.indices.allSatisfy {
          found[$0] == left[Self.place($0, of: full, in: narrow)]
            - right[Self.place($0, of: full, in: opposite)]
        }, "\(narrow) and \(opposite)")
    }
  }

  /// The result lies where an operand lay.
  @Test func inTheMemoryOfAnOperand() {
    let graph = Graph()
    let (x, rows) = (graph.input([50, 10, 1, 20]), graph.input([50, 1, 1, 20]))
    let result = (x.exp() - rows) * rows - rows
    let program = Program<Float>(outputs: [result])
    // x and the exponentials.
    #expect(program.arenaByteCount < 3 * x.shape.count * MemoryLayout<Float>.stride)
    let (values, few): ([Float], [Float]) = (
      Self.numbers(x.shape, seed: 7), Self.numbers(rows.shape, seed: 8)
    )
    program.set(x, values)
    program.set(rows, few)
    program.run()
    let alone = Program<Float>(outputs: [x.exp(), x])
    alone.set(x, values)
    alone.run()
    let (found, exponentials) = (program.values(of: result), alone.values(of: x.exp()))
    for index in found.indices {
      let other = few[Self.place(index, of: x.shape, in: rows.shape)]
      #expect(found[index] == (exponentials[index] - other) * other - other, "at \(index)")
    }
  }
}

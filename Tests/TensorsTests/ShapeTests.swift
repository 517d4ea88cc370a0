import Tensors
import Testing

@Suite struct ShapeTests {
  @Test func broadcastingFollowsTheLongerAxis() {
    #expect(Shape.broadcasting([2, 1, 3], [1, 4, 3]) == [2, 4, 3])
    #expect(Shape.broadcasting([2, 3], [2, 4]) == nil)
    #expect(Shape.broadcasting([3], [1, 3]) == nil)
    #expect(Shape.broadcasting([], []) == [])
  }

  @Test func stridesOfRepeatedAxesAreZero() {
    let shape: Shape = [2, 1, 3]
    #expect(shape.strides(broadcastTo: [2, 4, 3]) == [3, 0, 1])
    #expect(shape.strides(broadcastTo: [2, 1, 3]) == [3, 3, 1])
    #expect(shape.count == 6)
  }
}

@Suite struct MatrixProductTests {
  @Test(arguments: [false, true], [false, true]) func agreesWithTheDefinition(
    transposeA: Bool, transposeB: Bool
  ) {
    let (m, n, k) = (3, 5, 4)
    let a = (0..<m * k).map { Float($0 % 7) - 3 }
    let b = (0..<k * n).map { Float($0 % 5) - 2 }
    var c = [Float](repeating: .nan, count: m * n)
    Float.matrixProduct(m: m, n: n, k: k, a, transposeA: transposeA, b, transposeB: transposeB, &c)
    for row in 0..<m {
      for column in 0..<n {
        var want: Float = 0
        for i in 0..<k {
          want += a[transposeA ? i * m + row : row * k + i] * b[transposeB ? column * k + i : i * n + column]
        }
        #expect(c[row * n + column] == want)
      }
    }
  }
}

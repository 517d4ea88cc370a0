import CKernels
import Glibc
import Testing

extension KernelTests {
  /// Integrands of a quadrature, of every target the same, against formulas in Float64.
  @Suite struct GaussianMassTests {
    static let seed: UInt32 = 2_011

    /// The same by a kernel after the other: z, log Φ and masses.
    static func byCalls(
      _ nodes: [Float], _ weights: [Float], _ mu: [Float], _ sigma: [Float], _ farthest: Float
    ) -> [Float] {
      let n = nodes.count
      var z: [Float] = []
      for (m, s) in zip(mu, sigma) {
        var row = nodes
        igr_affine_f32(n, 1 / s, -m * (1 / s), nodes, &row)
        z += row
      }
      z = (z + zip(mu, sigma).map { -$0 / $1 }).map { max(min($0, farthest), -farthest) }
      let logCDF = apply(IGR_LOG_NORMAL_CDF, z)
      var logProduct = [Float](repeating: 0, count: n)
      for k in mu.indices { for i in 0..<n { logProduct[i] += logCDF[k * n + i] } }
      var mass = (0..<mu.count * n).map { -0.5 * (z[$0] * z[$0]) - logCDF[$0] + logProduct[$0 % n] }
      mass = apply(IGR_EXP, mass)
      for (k, s) in sigma.enumerated() {
        for i in 0..<n { mass[k * n + i] = Float(0.3989422804014327) / s * (mass[k * n + i] * weights[i]) }
      }
      return z + logCDF + mass
    }

    @Test(arguments: [1, 2, 9, 50], [0, 1, 15, 16, 43, 130]) func integrands(sticks: Int, count: Int) {
      let words = randomWords(2 * sticks + 2 * count, seed: Self.seed).map { Float($0 >> 8) * 0x1p-24 }
      let mu = words.prefix(sticks).map { 6 * $0 - 3 }
      // Wide ones beside narrow ones, for which most nodes are farther than the bound.
      let sigma = words.dropFirst(sticks).prefix(sticks).map { exp(6 * $0 - 5) }
      let nodes = words.dropFirst(2 * sticks).prefix(count).map { 8 * $0 }
      let weights = Array(words.suffix(count))
      let (farthest, room) = (Float(40), sticks * (count + 1) + 32)
      let outcomes = onEachTarget { _ in
        // Guards behind the room.
        var z = [Float](repeating: -77, count: room + 16)
        var (logCDF, mass) = (z, z)
        var logProduct = [Float](repeating: -77, count: count + 16)
        igr_gaussian_masses_f32(
          sticks, count, nodes, weights, mu, sigma, farthest, &z, &logCDF, &logProduct, &mass)
        for memory in [z, logCDF, mass, logProduct] { #expect(memory.suffix(16).allSatisfy { $0 == -77 }) }
        let known = sticks * (count + 1)
        return z.prefix(known) + logCDF.prefix(known) + mass.prefix(sticks * count)
      }
      for (target, found) in onEachTarget({ _ in
        Self.byCalls(nodes, weights, mu, sigma, farthest)
      }) {
        #expect(
          found.map(\.bitPattern) == outcomes[0].result.map(\.bitPattern),
          "calls one by one, \(target), \(sticks) sticks, \(count) nodes")
      }
      for (target, found) in outcomes.dropFirst() {
        #expect(
          found.map(\.bitPattern) == outcomes[0].result.map(\.bitPattern),
          "\(target), \(sticks) sticks, \(count) nodes")
      }
      var z = [Double](repeating: .nan, count: room)
      var (logCDF, mass, logProduct) = (z, z, [Double](repeating: .nan, count: count))
      igr_gaussian_masses_f64(
        sticks, count, nodes.map(Double.init), weights.map(Double.init), mu.map(Double.init),
        sigma.map(Double.init), Double(farthest), &z, &logCDF, &logProduct, &mass)
      let known = sticks * (count + 1)
      let found = Array(outcomes[0].result)
      func logPhi(_ x: Double) -> Double {
        x > 0 ? log1p(-erfc(x * 0.5.squareRoot()) / 2) : log(erfc(-x * 0.5.squareRoot()) / 2)
      }
      for k in 0..<sticks {
        for i in 0...count {
          let place = i < count ? k * count + i : sticks * count + k
          let exact = ((i < count ? Double(nodes[i]) : 0) - Double(mu[k])) / Double(sigma[k])
          let bounded = min(max(exact, -40), 40)
          #expect(abs(z[place] - bounded) <= 1e-12 * abs(bounded) + 1e-12)
          // μ/σ is rounded before the node's share is added.
          let size = (8 + abs(Double(mu[k]))) / Double(sigma[k])
          #expect(abs(Double(found[place]) - bounded) <= 3e-7 * size, "z of \(k) at \(i), seed \(Self.seed)")
          // Below, erfc underflows.
          guard bounded > -25 else { continue }
          #expect(abs(logCDF[place] - logPhi(bounded)) <= 1e-10 * abs(logPhi(bounded)) + 1e-15)
          #expect(
            abs(Double(found[known + place]) - logPhi(Double(found[place])))
              <= 2e-6 * abs(logPhi(Double(found[place]))) + 1e-15, "log Φ of \(k) at \(i), seed \(Self.seed)")
        }
        for i in 0..<count {
          let others = (0..<sticks).reduce(0.0) { $1 == k ? $0 : $0 + logCDF[$1 * count + i] }
          let x = z[k * count + i]
          let density = exp(-x * x / 2 + others) / (2 * Double.pi).squareRoot() / Double(sigma[k])
          let exact = density * Double(weights[i])
          #expect(abs(mass[k * count + i] - exact) <= 1e-9 * exact + 1e-300)
          // Errors of z count as often as the integrand falls with it.
          #expect(
            abs(Double(found[2 * known + k * count + i]) - exact) <= 2e-3 * exact + 1e-6,
            "mass of \(k) at \(i), \(sticks) sticks, seed \(Self.seed)")
        }
      }
    }

    /// Of one Gaussian everything at every node is NaN, because each product holds its Φ; only the others' z and Φ are numbers.
    @Test func notANumberPasses() {
      let (sticks, count) = (3, 20)
      let nodes = (0..<count).map { Float($0) * 0.2 }
      let weights = [Float](repeating: 0.2, count: count)
      for (mu, sigma) in [([0, Float.nan, 1], [1, 1, 1]), ([0, 0.5, 1], [1, .nan, 1])] as [([Float], [Float])]
      {
        for (target, found) in onEachTarget({ _ in
          var z = [Float](repeating: 0, count: sticks * (count + 1) + 32)
          var (logCDF, mass, logProduct) = (z, z, [Float](repeating: 0, count: count))
          igr_gaussian_masses_f32(
            sticks, count, nodes, weights, mu, sigma, 40, &z, &logCDF, &logProduct, &mass)
          return (z, logCDF, mass)
        }) {
          for place in 0..<sticks * (count + 1) {
            let isOfNaN = place < sticks * count ? place / count == 1 : place == sticks * count + 1
            #expect(found.0[place].isNaN == isOfNaN && found.1[place].isNaN == isOfNaN, "\(target), \(place)")
            if place < sticks * count { #expect(found.2[place].isNaN, "\(target), \(place)") }
          }
        }
        var z = [Double](repeating: 0, count: sticks * (count + 1) + 32)
        var (logCDF, mass, logProduct) = (z, z, [Double](repeating: 0, count: count))
        igr_gaussian_masses_f64(
          sticks, count, nodes.map(Double.init), weights.map(Double.init), mu.map(Double.init),
          sigma.map(Double.init), 40, &z, &logCDF, &logProduct, &mass)
        #expect(z[count..<2 * count].allSatisfy(\.isNaN) && mass[..<(sticks * count)].allSatisfy(\.isNaN))
      }
    }
  }
}

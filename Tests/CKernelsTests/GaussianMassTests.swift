import CKernels
import Glibc
import Testing

extension KernelTests {
  /// Integrands of a quadrature, of every target the same, against formulas in Float64.
  @Suite struct GaussianMassTests {
    static let seed: UInt32 = 2_011

    @Test(arguments: [1, 2, 9, 50], [0, 1, 15, 16, 43, 130]) func integrands(sticks: Int, count: Int) {
      let words = randomWords(2 * sticks + 2 * count, seed: Self.seed).map { Float($0 >> 8) * 0x1p-24 }
      let mu = words.prefix(sticks).map { 6 * $0 - 3 }
      // Wide ones beside narrow ones, for which most nodes are farther than the bound.
      let sigma = words.dropFirst(sticks).prefix(sticks).map { exp(6 * $0 - 5) }
      let nodes = words.dropFirst(2 * sticks).prefix(count).map { 8 * $0 }
      let weights = Array(words.suffix(count))
      let (farthest, room) = (Float(40), sticks * (count + 1) + 16)
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
  }
}

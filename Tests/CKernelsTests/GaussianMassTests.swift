import CKernels
import Glibc
import Testing

extension KernelTests {
  /// Integrands of a quadrature and their gradient, of every target the same, against formulas in Float64.
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

    /// Every target the same, and as the plain rule, which sums node after node; near the same in Float64.
    @Test(arguments: [1, 2, 9, 16, 17, 50], [0, 1, 15, 43, 130]) func slopes(sticks: Int, count: Int) {
      let step = 3
      let words = randomWords(3 * sticks + 2 * count, seed: Self.seed + 1).map { Float($0 >> 8) * 0x1p-24 }
      let mu = words.prefix(sticks).map { 4 * $0 - 2 }
      let sigma = words.dropFirst(sticks).prefix(sticks).map { 0.5 + $0 }
      let g: [Float] = words.dropFirst(2 * sticks).prefix(sticks).flatMap { [2 * $0 - 1, 77, 77] }
      let nodes = words.dropFirst(3 * sticks).prefix(count).map { 6 * $0 }
      let weights = words.suffix(count).map { $0 / Float(max(count, 1)) }
      let (room, lastTerm) = (sticks * (count + 1) + 32, Float(0.3))
      let outcomes = onEachTarget { _ in
        var z = [Float](repeating: -77, count: room + 16)
        var (logCDF, mass) = (z, z)
        var total = [Float](repeating: -77, count: count + 16)
        igr_gaussian_masses_f32(sticks, count, nodes, weights, mu, sigma, 40, &z, &logCDF, &total, &mass)
        var scratch = [Float](repeating: -77, count: 2 * sticks * (count + 1) + count + 32 + 16)
        var slopes = [[Float]](repeating: [Float](repeating: -77, count: sticks * step), count: 2)
        slopes.withUnsafeMutableBufferPointer { both in
          igr_gaussian_mass_slopes_f32(
            sticks, count, sigma, z, logCDF, mass, g, lastTerm, step, &scratch, &both[0], &both[1])
        }
        for memory in [z, logCDF, mass, total, scratch] {
          #expect(memory.suffix(16).allSatisfy { $0 == -77 })
        }
        #expect(slopes.joined().enumerated().allSatisfy { ($0.offset % step == 0) != ($0.element == -77) })
        let plain = Self.plainSlopes(
          sigma, z, logCDF, mass, g, lastTerm, step: step, count: count)
        #expect(slopes == plain, "\(sticks) sticks, \(count) nodes, seed \(Self.seed)")
        return slopes
      }
      for (target, found) in outcomes.dropFirst() {
        #expect(found == outcomes[0].result, "\(target), \(sticks) sticks, \(count) nodes")
      }
      var z = [Double](repeating: .nan, count: room)
      var (logCDF, mass, total) = (z, z, [Double](repeating: .nan, count: count))
      let wide = sigma.map(Double.init)
      igr_gaussian_masses_f64(
        sticks, count, nodes.map(Double.init), weights.map(Double.init), mu.map(Double.init), wide, 40, &z,
        &logCDF, &total, &mass)
      var ofMu = [Double](repeating: .nan, count: sticks * step)
      var ofSigma = ofMu
      igr_gaussian_mass_slopes_f64(
        sticks, count, wide, z, logCDF, mass, g.map(Double.init), Double(lastTerm), step, &total, &ofMu,
        &ofSigma)
      for place in stride(from: 0, to: sticks * step, by: step) {
        for (found, exact) in zip(outcomes[0].result, [ofMu, ofSigma]) {
          let difference: Double = abs(Double(found[place]) - exact[place])
          #expect(difference < 2e-4 * (1 + abs(exact[place])))
        }
      }
    }

    /// With respect to μ, then σ, of each Gaussian.
    static func plainSlopes(
      _ sigma: [Float], _ z: [Float], _ logCDF: [Float], _ mass: [Float], _ g: [Float], _ lastTerm: Float,
      step: Int, count: Int
    ) -> [[Float]] {
      let sticks = sigma.count
      func hazards(_ places: Range<Int>) -> [Float] {
        apply(IGR_EXP, places.map { -z[$0] * z[$0] / 2 - Float(0.9189385332046727) - logCDF[$0] })
      }
      let total = (0..<count).map { i in
        (0..<sticks).reduce(Float(0)) { $0 + g[$1 * step] * mass[$1 * count + i] }
      }
      let atZero = hazards(sticks * count..<sticks * (count + 1))
      var slopes = [[Float]](repeating: [Float](repeating: -77, count: sticks * step), count: 2)
      for k in 0..<sticks {
        let (row, hazard) = (k * count, hazards(k * count..<(k + 1) * count))
        var (ofMu, ofSigma): (Float, Float) = (0, 0)
        for i in 0..<count {
          let (x, own) = (z[row + i], g[k * step] * mass[row + i])
          let others = (total[i] - own) * hazard[i]
          ofMu += own * x - others
          ofSigma += own * (x * x - 1) - others * x
        }
        ofMu -= lastTerm * atZero[k]
        ofSigma -= lastTerm * atZero[k] * z[sticks * count + k]
        slopes[0][k * step] = ofMu / sigma[k]
        slopes[1][k * step] = ofSigma / sigma[k]
      }
      return slopes
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

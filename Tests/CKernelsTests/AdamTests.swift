import CKernels
import Foundation
import Testing

extension KernelTests {
  @Suite struct AdamTests {
    /// Float32 by the tolerance beside each golden array, Float64 to 1e-9.
    @Test func goldenSteps() throws {
      let cases = try #require(golden("adam.json")["cases"] as? [[String: Any]])
      #expect(!cases.isEmpty)
      for known in cases {
        let inputs = try #require(known["inputs"] as? [String: Any])
        let outputs = try #require(known["outputs"] as? [String: Any])
        let gradients = try #require(inputs["gradients"] as? [[String: Any]])
        let after = try #require(outputs["w_after"] as? [[String: Any]])
        let rate = try #require(known["learning_rate"] as? Double)
        var w = try numbers(inputs["w"]).map(Float.init)
        var m = [Float](repeating: 0, count: w.count)
        var v = m
        var (wide, wideM, wideV) = (w.map(Double.init), m.map(Double.init), m.map(Double.init))
        for (index, gradient) in gradients.enumerated() {
          let g = try numbers(gradient).map(Float.init)
          let t = Double(index + 1)
          let scales = (1 / (1 - pow(0.9, t)), 1 / (1 - pow(0.999, t)))
          igr_adam_f32(
            w.count, &w, &m, &v, g, Float(rate), 0.9, 0.999, 1e-7, Float(scales.0), Float(scales.1))
          igr_adam_f64(
            w.count, &wide, &wideM, &wideV, g.map(Double.init), rate, 0.9, 0.999, 1e-7, scales.0, scales.1)
          let want = try numbers(after[index])
          let tolerance = try #require(after[index]["tol"] as? Double)
          let scale = try #require(after[index]["scale"] as? Double)
          for place in want.indices {
            let size = max(abs(want[place]), scale)
            #expect(
              abs(Double(w[place]) - want[place]) <= tolerance * size,
              "\(known["name"] ?? "") step \(index + 1)")
            #expect(abs(wide[place] - want[place]) <= 1e-9 * size, "\(known["name"] ?? "") step \(index + 1)")
          }
        }
      }
    }

    func numbers(_ array: Any?) throws -> [Double] {
      let object = try #require(array as? [String: Any])
      return try #require(object["data"] as? [NSNumber]).map(\.doubleValue)
    }
  }
}

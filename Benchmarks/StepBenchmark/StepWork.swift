import VAE

/// Which matrix products one training step of a model needs, counted from its mathematics and not from its graph.
struct StepWork {
  enum Kind {
    /// Every layer once there and back.
    case relaxed
    /// The decoder sees a point of every component.
    case mixture(components: Int)
    /// The decoder sees the vertex, and one or two relaxed points whose gradients are differentiated once more. Half of
    /// what a vertex of bits has is set, of categories one in ten.
    case controlled(points: Int, hasBits: Bool)
  }

  let kind: Kind
  /// Windows of an image under each convolution in turn.
  let windows: [Int]

  init(_ kind: Kind, windows: [Int] = []) {
    (self.kind, self.windows) = (kind, windows)
  }

  /// - Parameters:
  ///   - parameters: of the model.
  ///   - images: [batch, pixels], row-major.
  func products(of parameters: [Parameter], images: [Float], batch: Int) -> [LayerProducts] {
    var windows = self.windows[...]
    var isFirst = true
    return parameters.filter(\.isKernel).flatMap { kernel -> [LayerProducts] in
      let isConvolution = kernel.shape.rank == 4
      var layer = LayerProducts(
        kernel: kernel.shape, rows: batch * (isConvolution ? windows.removeFirst() : 1))
      if isFirst {
        // Nobody needs the gradient of the pixels.
        layer.ofInput = 0
        if !isConvolution { layer.sparse = Self.columns(layer.inputs, of: images, rows: batch) }
        isFirst = false
      }
      switch kind {
      case .relaxed: break
      case .mixture(let components):
        if kernel.name.hasPrefix("decoder") { layer.rows *= components }
      case .controlled(let points, let hasBits):
        // At each relaxed point: there, its gradient, the gradient's change along a direction, and back from that.
        if kernel.name == "decoder_1/kernel" {
          var ofVertex = layer
          ofVertex.ofInput = 0
          // One entry of ten, or bits.
          let vertex = (0..<layer.rows * layer.inputs).map { Float($0 % 10 == 3 ? 1 : 0) }
          ofVertex.sparse = hasBits ? nil : vertex
          (layer.forward, layer.ofInput, layer.ofKernel) = (2 * points, 2 * points, 0)
          return [ofVertex, layer]
        } else if kernel.name.hasPrefix("decoder") {
          (layer.forward, layer.ofInput) = (1 + 2 * points, 1 + 2 * points)
        } else if kernel.name.hasPrefix("control") {
          // Piecewise linear, so nothing comes back; its kernels follow the gradients and the value.
          (layer.forward, layer.ofInput, layer.ofKernel) = (2 * points, points, points + 1)
        }
      }
      return [layer]
    }
  }

  /// Times that the decoder gives logits for an image.
  var logitsPerPixel: Int {
    switch kind {
    case .relaxed: 1
    case .mixture(let components): components
    case .controlled(let points, _): 1 + points
    }
  }

  /// The first columns of a matrix [rows, …], row-major.
  private static func columns(_ count: Int, of matrix: [Float], rows: Int) -> [Float] {
    let width = matrix.count / rows
    return (0..<rows).flatMap { matrix[$0 * width..<$0 * width + count] }
  }
}

extension Parameter {
  /// Whether it is multiplied by a layer's input.
  var isKernel: Bool { name.hasSuffix("/kernel") }
}

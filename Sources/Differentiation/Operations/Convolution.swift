import Tensors

// Images X [B, H, W, C], maps Y [B, h, w, M] with one value per window and filter, and a kernel K [kh, kw, C, M] meet
// in one form that is linear in each of them:
//
//     Σ X[b, y·s + i − top, x·s + j − left, c] · K[i, j, c, m] · Y[b, y, x, m].
//
// Each of the three operations below is its derivative with respect to one of them, so the derivatives of each are
// the other two, to any order.

/// Two-dimensional cross-correlation: images [B, H, W, C] and kernel [kh, kw, C, M] give maps [B, h, w, M].
struct Convolution: Operation {
  let windows: ConvolutionWindows

  var signature: String { "convolution \(windows)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    windows.check(images: inputs[0], kernel: inputs[1])
    return [inputs[0][0], windows.rows, windows.columns, inputs[1][3]]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [
      upstream.graph.record(TransposedConvolution(windows: windows), [upstream, inputs[1]]),
      upstream.graph.record(ConvolutionKernelGradient(windows: windows), [inputs[0], upstream]),
    ]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let (images, kernel, maps) = (inputs[0].pointer, inputs[1].pointer, result.pointer)
    let filters = result.shape[3]
    let patches = PatchBlocks<S>(windows, batch: result.shape[0])
    return {
      patches.forEachBlock { lines, first, count in
        S.gather(windows, lines: lines, images, patches.pointer)
        S.matrixProduct(
          m: count, n: filters, k: windows.patchCount, patches.pointer, transposeA: false, kernel,
          transposeB: false, maps + first * filters)
      }
    }
  }
}

/// The adjoint of the convolution: maps [B, h, w, M] and kernel [kh, kw, C, M] give images [B, H, W, C].
struct TransposedConvolution: Operation {
  let windows: ConvolutionWindows

  var signature: String { "transposed convolution \(windows)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    windows.check(maps: inputs[0], filters: inputs[1][3])
    let images: Shape = [inputs[0][0], windows.height, windows.width, windows.channels]
    windows.check(images: images, kernel: inputs[1])
    return images
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [
      upstream.graph.record(Convolution(windows: windows), [upstream, inputs[1]]),
      upstream.graph.record(ConvolutionKernelGradient(windows: windows), [upstream, inputs[0]]),
    ]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let (maps, kernel, images) = (inputs[0].pointer, inputs[1].pointer, result.pointer)
    let filters = inputs[0].shape[3]
    let patches = PatchBlocks<S>(windows, batch: result.shape[0])
    return {
      patches.forEachBlock { lines, first, count in
        S.matrixProduct(
          m: count, n: windows.patchCount, k: filters, maps + first * filters, transposeA: false, kernel,
          transposeB: true, patches.pointer)
        S.scatter(windows, lines: lines, patches.pointer, images)
      }
    }
  }
}

/// The gradient with respect to the kernel: images [B, H, W, C] and maps [B, h, w, M] give [kh, kw, C, M].
struct ConvolutionKernelGradient: Operation {
  let windows: ConvolutionWindows

  var signature: String { "convolution kernel gradient \(windows)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    let kernel: Shape = [windows.kernelHeight, windows.kernelWidth, windows.channels, inputs[1][3]]
    windows.check(images: inputs[0], kernel: kernel)
    windows.check(maps: inputs[1], filters: kernel[3])
    return kernel
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] {
    [
      upstream.graph.record(TransposedConvolution(windows: windows), [inputs[1], upstream]),
      upstream.graph.record(Convolution(windows: windows), [inputs[0], upstream]),
    ]
  }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let (images, maps, gradient) = (inputs[0].pointer, inputs[1].pointer, result.pointer)
    let filters = inputs[1].shape[3]
    let patches = PatchBlocks<S>(windows, batch: inputs[0].shape[0])
    return {
      patches.forEachBlock { lines, first, count in
        S.gather(windows, lines: lines, images, patches.pointer)
        S.matrixProduct(
          m: windows.patchCount, n: filters, k: count, patches.pointer, transposeA: true,
          maps + first * filters, transposeB: false, gradient, isAdding: first > 0)
      }
    }
  }
}

extension ConvolutionWindows {
  fileprivate func check(images: Shape, kernel: Shape) {
    precondition(
      images.rank == 4 && kernel.rank == 4 && [images[1], images[2], images[3]] == [height, width, channels]
        && [kernel[0], kernel[1], kernel[2]] == [kernelHeight, kernelWidth, channels],
      "images \(images) or kernel \(kernel) do not fit \(self)")
  }

  fileprivate func check(maps: Shape, filters: Int) {
    precondition(
      maps.rank == 4 && [maps[1], maps[2], maps[3]] == [rows, columns, filters],
      "maps \(maps) do not fit \(filters) filters of \(self)")
  }
}

extension Node {
  /// Two-dimensional cross-correlation of images with a kernel.
  ///
  /// - Parameters:
  ///   - images: [B, H, W, C].
  ///   - kernel: [kernel height, kernel width, C, M].
  ///   - stride: along both axes.
  /// - Returns: [B, h, w, M]; h = ⌈H/stride⌉ for `same`, ⌊(H − kernel height)/stride⌋ + 1 for `valid`.
  public static func convolution(
    _ images: Node, _ kernel: Node, stride: Int, padding: ConvolutionPadding
  ) -> Node {
    let windows = ConvolutionWindows(
      images: images.shape, kernel: kernel.shape, stride: stride, padding: padding)
    return images.graph.record(Convolution(windows: windows), [images, kernel])
  }

  /// The adjoint of the convolution with `same` padding that takes images of height·stride by width·stride.
  ///
  /// - Parameters:
  ///   - maps: [B, h, w, C].
  ///   - kernel: [kernel height, kernel width, M, C]; the result's channels come first.
  ///   - stride: along both axes.
  /// - Returns: [B, h·stride, w·stride, M].
  public static func transposedConvolution(_ maps: Node, _ kernel: Node, stride: Int) -> Node {
    let shape = maps.shape
    let windows = ConvolutionWindows(
      images: [shape[0], shape[1] * stride, shape[2] * stride, kernel.shape[2]], kernel: kernel.shape,
      stride: stride, padding: .same)
    return maps.graph.record(TransposedConvolution(windows: windows), [maps, kernel])
  }
}

import CKernels

/// Zeros around an image before a convolution, as TensorFlow defines them.
public enum ConvolutionPadding: Hashable, Sendable {
  /// As many windows as strides begin in the image: ⌈n/s⌉ along each axis. Of the zeros that this needs, the smaller
  /// half comes before.
  case same
  /// No zeros: only windows that lie wholly in the image.
  case valid
}

/// Where the windows of a two-dimensional convolution lie on images [B, H, W, C].
public struct ConvolutionWindows: Hashable, Sendable {
  /// Of one image.
  public let height: Int
  public let width: Int
  public let channels: Int
  public let kernelHeight: Int
  public let kernelWidth: Int
  /// Pixels from one window to the next, along both axes.
  public let stride: Int
  /// Zeros before the first row and the first column.
  public let top: Int
  public let left: Int
  /// Windows along each axis.
  public let rows: Int
  public let columns: Int

  /// - Parameters:
  ///   - images: [B, H, W, C].
  ///   - kernel: [kernel height, kernel width, C, other channels].
  public init(images: Shape, kernel: Shape, stride: Int, padding: ConvolutionPadding) {
    precondition(
      images.rank == 4 && kernel.rank == 4 && images[3] == kernel[2] && stride >= 1,
      "a convolution needs images [B, H, W, C] and a kernel [h, w, C, …]: \(images), \(kernel), stride \(stride)"
    )
    (height, width, channels) = (images[1], images[2], images[3])
    (kernelHeight, kernelWidth) = (kernel[0], kernel[1])
    self.stride = stride
    func place(_ length: Int, _ kernel: Int) -> (count: Int, before: Int) {
      switch padding {
      case .same:
        let count = (length + stride - 1) / stride
        return (count, max((count - 1) * stride + kernel - length, 0) / 2)
      case .valid:
        precondition(length >= kernel, "a window of \(kernel) does not fit into \(length) pixels")
        return ((length - kernel) / stride + 1, 0)
      }
    }
    (rows, top) = place(height, kernelHeight)
    (columns, left) = place(width, kernelWidth)
  }

  /// Elements under one window.
  public var patchCount: Int { kernelHeight * kernelWidth * channels }

  var layout: igr_windows {
    igr_windows(
      height: height, width: width, channels: channels, kernel_height: kernelHeight,
      kernel_width: kernelWidth, stride: stride, top: top, left: left, rows: rows, columns: columns)
  }
}

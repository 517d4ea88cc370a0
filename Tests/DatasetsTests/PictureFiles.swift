import CJPEG
import CPNG
import Foundation

/// Pictures written by libjpeg and libpng: bytes [height, width, channels].
enum PictureFiles {
  static func jpeg(_ pixels: [UInt8], width: Int, height: Int, channels: Int = 3) -> [UInt8] {
    var codec = jpeg_compress_struct()
    var errors = jpeg_error_mgr()
    return withUnsafeMutablePointer(to: &errors) { errors in
      codec.err = jpeg_std_error(errors)
      jpeg_CreateCompress(&codec, JPEG_LIB_VERSION, MemoryLayout<jpeg_compress_struct>.size)
      defer { jpeg_destroy_compress(&codec) }
      var memory: UnsafeMutablePointer<UInt8>?
      var length: UInt = 0
      jpeg_mem_dest(&codec, &memory, &length)
      (codec.image_width, codec.image_height) = (UInt32(width), UInt32(height))
      codec.input_components = Int32(channels)
      codec.in_color_space = channels == 3 ? JCS_RGB : JCS_GRAYSCALE
      jpeg_set_defaults(&codec)
      jpeg_set_quality(&codec, 100, 1)
      jpeg_start_compress(&codec, 1)
      var pixels = pixels
      pixels.withUnsafeMutableBufferPointer { pixels in
        for row in 0..<height {
          var line: UnsafeMutablePointer<UInt8>? = pixels.baseAddress! + row * width * channels
          _ = withUnsafeMutablePointer(to: &line) { jpeg_write_scanlines(&codec, $0, 1) }
        }
      }
      jpeg_finish_compress(&codec)
      defer { free(memory) }
      return Array(UnsafeBufferPointer(start: memory, count: Int(length)))
    }
  }

  static func png(_ pixels: [UInt8], width: Int, height: Int, format: UInt32 = 2) -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    (image.width, image.height, image.format) = (UInt32(width), UInt32(height), format)
    var length = 0
    precondition(png_image_write_to_memory(&image, nil, &length, 0, pixels, 0, nil) != 0)
    var bytes = [UInt8](repeating: 0, count: length)
    precondition(png_image_write_to_memory(&image, &bytes, &length, 0, pixels, 0, nil) != 0)
    return Array(bytes.prefix(length))
  }
}

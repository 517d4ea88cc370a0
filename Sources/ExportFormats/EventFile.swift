/// A TensorBoard event file: TFRecords of `Event` messages (tensorflow/core/util/event.proto). Equal events give
/// equal bytes.
///
/// *Design note.* Dashboards show float32 numbers only (TensorBoard's usual loader drops tensors of type double without a
/// word), so every scalar is there twice: as `simple_value`, rounded, and under `exact/<tag>` as a tensor of type double
/// that no dashboard shows and every reader of tensors gives back.
public struct EventFile {
  public private(set) var bytes: [UInt8] = []

  /// - Parameter unixSeconds: when the run began.
  public init(startedUnixSeconds unixSeconds: Double) {
    record(unixSeconds, step: 0) { $0.add(3, text: "brain.Event:2") }
  }

  /// A number of the scalar dashboard, and its exact bits beside it.
  public mutating func add(
    scalar number: Double, tag: String, step: Int, unixSeconds: Double, description: String = ""
  ) {
    var content: [UInt8] = []
    content.append(number: number.bitPattern)
    record(unixSeconds, step: step) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, text: tag)
          value.add(2, float: Float(number))
          value.add(9) { Self.metadata(&$0, plugin: "scalars", dataClass: 1, description) }
        }
        summary.add(1) { value in
          value.add(1, text: "exact/" + tag)
          value.add(8) { tensor in
            tensor.add(1, integer: 2)  // DT_DOUBLE
            tensor.add(2) { _ in }  // no axis
            tensor.add(4, bytes: content)
          }
          value.add(9) { Self.metadata(&$0, plugin: "igr_exact", dataClass: 2, description) }
        }
      }
    }
  }

  /// Markdown of the text dashboard.
  public mutating func add(text: String, tag: String, unixSeconds: Double) {
    summary(tag, plugin: "text", dataClass: 2, step: 0, unixSeconds) { tensor in
      tensor.add(1, integer: 7)  // DT_STRING
      tensor.add(2) { _ in }
      tensor.add(8, text: text)
    }
  }

  /// A PNG file of the image dashboard.
  public mutating func add(png: [UInt8], width: Int, height: Int, tag: String, step: Int, unixSeconds: Double)
  {
    summary(tag, plugin: "images", dataClass: 3, step: step, unixSeconds) { tensor in
      tensor.add(1, integer: 7)
      tensor.add(2) { shape in shape.add(2) { $0.add(1, integer: 3) } }
      tensor.add(8, text: String(width))
      tensor.add(8, text: String(height))
      tensor.add(8, bytes: png)
    }
  }

  private mutating func summary(
    _ tag: String, plugin: String, dataClass: Int, step: Int, _ unixSeconds: Double,
    tensor: (inout ProtobufMessage) -> Void
  ) {
    record(unixSeconds, step: step) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, text: tag)
          value.add(8, tensor)
          value.add(9) { Self.metadata(&$0, plugin: plugin, dataClass: dataClass, "") }
        }
      }
    }
  }

  private static func metadata(
    _ message: inout ProtobufMessage, plugin: String, dataClass: Int, _ description: String
  ) {
    message.add(1) { $0.add(1, text: plugin) }
    if !description.isEmpty { message.add(3, text: description) }
    message.add(4, integer: dataClass)
  }

  /// Length, its masked sum, the event, its masked sum.
  private mutating func record(_ unixSeconds: Double, step: Int, _ fill: (inout ProtobufMessage) -> Void) {
    var event = ProtobufMessage()
    event.add(1, double: unixSeconds)
    if step != 0 { event.add(2, integer: step) }
    fill(&event)
    var length: [UInt8] = []
    length.append(number: UInt64(event.bytes.count))
    bytes += length
    bytes.append(number: Self.masked(CRC32C.checksum(length)))
    bytes += event.bytes
    bytes.append(number: Self.masked(CRC32C.checksum(event.bytes)))
  }

  /// As in TFRecords, so that a sum over bytes that hold sums stays a sum.
  static func masked(_ checksum: UInt32) -> UInt32 { (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8 }
}

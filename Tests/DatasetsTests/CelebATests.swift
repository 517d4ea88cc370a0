import Foundation
import Testing

@testable import Datasets

@Suite struct CelebATests {
  static let list = "celeb_a/list_eval_partition.txt"
  static let names = ["000001.jpg", "000002.jpg", "000003.jpg", "000004.jpg"]
  let data = DataFolderOnDisk()

  /// A picture of 178×218 with slopes and a pattern, other in each channel.
  static func picture(_ index: Int) -> [UInt8] {
    var pixels: [UInt8] = []
    for row in 0..<218 {
      for column in 0..<178 {
        pixels += [UInt8(row), UInt8(column), UInt8((row * column + 40 * index) % 256)]
      }
    }
    return pixels
  }

  /// 1 and 4 train, 2 validates, 3 tests.
  init() throws {
    try data.write("000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n000004.jpg 0\n".utf8, to: Self.list)
    for (index, name) in Self.names.enumerated() where index != 1 {
      try data.write(
        PictureFiles.png(Self.picture(index), width: 178, height: 218), to: "celeb_a/img_align_celeba/" + name
      )
    }
  }

  func load(mayDecode: Bool = true) throws(DatasetError) -> ImageDataset {
    try ImageDataset.load(name: "celeb_a", in: data.folder, verifyDigest: true, mayDecode: mayDecode)
  }

  /// The mean over the covered area, in another way: every pixel is cut into 32×32 parts, each output pixel takes the
  /// 89×89 parts it covers (178/64 = 89/32).
  static func areaMean(_ picture: [UInt8], row: Int, column: Int, channel: Int) -> Double {
    var sum = 0.0
    for y in row * 89..<(row + 1) * 89 {
      for x in column * 89..<(column + 1) * 89 {
        sum += Double(picture[((20 + y / 32) * 178 + x / 32) * 3 + channel])
      }
    }
    return sum / (89 * 89)
  }

  @Test func facesAreCroppedAndAveragedOverTheirArea() throws {
    let dataset = try load()
    #expect(dataset.train.count == 2 && dataset.test.count == 1)
    #expect((dataset.train.height, dataset.train.width, dataset.train.channels) == (64, 64, 3))
    for (set, row, index) in [(dataset.train, 0, 0), (dataset.train, 1, 3), (dataset.test, 0, 2)] {
      let face = set[row]
      let picture = Self.picture(index)
      for (y, x) in [(0, 0), (0, 63), (63, 0), (63, 63), (1, 2), (31, 40), (50, 17)] {
        for channel in 0..<3 {
          let want = Self.areaMean(picture, row: y, column: x, channel: channel)
          #expect(abs(Double(face[(y * 64 + x) * 3 + channel]) - want) <= 0.5 + 1e-9)
        }
      }
    }
    #expect(dataset.sourceDescription.contains("not the official partition, 2 + 1 images (1 validation"))
  }

  @Test func aUniformFaceStaysUniform() {
    #expect(
      FaceCrop.reduced(.init(repeating: 255, count: 178 * 218 * 3)) == .init(repeating: 255, count: 12_288))
    #expect(FaceCrop.reduced(.init(repeating: 7, count: 178 * 218 * 3)) == .init(repeating: 7, count: 12_288))
  }

  @Test func imagesOfEitherJPEGKindAreDecoded() throws {
    try data.write(
      PictureFiles.jpeg(
        .init((0..<218 * 178).flatMap { _ in [200, 100, 50] as [UInt8] }), width: 178, height: 218),
      to: "celeb_a/img_align_celeba/000001.jpg")
    try data.write(
      PictureFiles.jpeg(.init(repeating: 90, count: 178 * 218), width: 178, height: 218, channels: 1),
      to: "celeb_a/img_align_celeba/000004.jpg")
    let set = try load().train
    for (index, value) in set[0].enumerated() { #expect(abs(Int(value) - [200, 100, 50][index % 3]) <= 2) }
    #expect(set[1].allSatisfy { abs(Int($0) - 90) <= 1 })
  }

  @Test func aFileThatEndsEarlyInThePNGFolderIsFoundUnderItsOwnEnding() throws {
    for name in [0, 2, 3].map({ Self.names[$0] }) {
      try data.write(
        data.read("celeb_a/img_align_celeba/" + name),
        to: "celeb_a/img_align_celeba_png/" + name.replacingOccurrences(of: ".jpg", with: ".png"))
    }
    try data.remove("celeb_a/img_align_celeba")
    #expect(try load().train.count == 2)
  }

  @Test func imagesAreDecodedOnceAndTrialsNeedOnlyTheResult() throws {
    #expect(throws: DatasetError.self) { try load(mayDecode: false) }
    let first = try load()
    #expect(try load(mayDecode: false).digest == first.digest)
    #expect(try DatasetName.celebA.digest(in: data.folder, mayDecode: false) == first.digest)
    try data.remove("celeb_a/img_align_celeba")
    let second = try load(mayDecode: false)
    #expect(second.train.values == first.train.values && second.test.values == first.test.values)
    let left = try FileManager.default.contentsOfDirectory(atPath: data.path("celeb_a")).sorted()
    #expect(left == [".decoding.lock", DecodedFaces.fileName, FacePartition.fileName])
  }

  @Test func otherImagesOrAnotherListAreDecodedAnew() throws {
    let first = try load()
    try data.write("000001.jpg 2\n000002.jpg 1\n000003.jpg 0\n000004.jpg 0\n".utf8, to: Self.list)
    let second = try load()
    #expect(second.digest != first.digest && second.test[0] == first.train[0])
    try data.write(
      PictureFiles.png(.init(repeating: 9, count: 178 * 218 * 3), width: 178, height: 218),
      to: "celeb_a/img_align_celeba/000003.jpg")
    #expect(try load().train[0] == .init(repeating: 9, count: 12_288))
  }

  @Test func aDecodedFileThatWasAlteredOrCutIsRefused() throws {
    _ = try load()
    let name = "celeb_a/" + DecodedFaces.fileName
    let bytes = try data.read(name)
    for place in [0, 20, 60, 100, 120, 128, 5_000, bytes.count - 1] {
      var altered = bytes
      altered[place] ^= 1
      try data.write(altered, to: name)
      let error = #expect(throws: DatasetError.self, "byte \(place)") { try load() }
      #expect(error?.message.contains(data.path(name)) == true)
    }
    try data.write(bytes, to: name)
    try data.expectEveryTruncationToBeRefused(name) { () throws(DatasetError) in _ = try load() }
  }

  @Test(arguments: [true, false]) func everyTruncationOfAnImageIsRefused(isPNG: Bool) throws {
    let picture = Self.picture(0).map { $0 & 0xF0 }
    let name = "celeb_a/img_align_celeba/000001.jpg"
    try data.write(
      isPNG
        ? PictureFiles.png(picture, width: 178, height: 218)
        : PictureFiles.jpeg(picture, width: 178, height: 218), to: name)
    try data.expectEveryTruncationToBeRefused(name) { () throws(DatasetError) in
      _ = try FaceCrop.read(data.path(name))
    }
    #expect(throws: Never.self) { try FaceCrop.read(data.path(name)) }
  }

  /// Damage inside a picture is refused or gives a picture; it never crashes.
  @Test(arguments: [true, false]) func damagedImagesNeverCrash(isPNG: Bool) throws {
    let name = "celeb_a/img_align_celeba/000001.jpg"
    let bytes =
      isPNG
      ? PictureFiles.png(Self.picture(0), width: 178, height: 218)
      : PictureFiles.jpeg(Self.picture(0), width: 178, height: 218)
    var generator = SplitMix(state: 5)
    var refused = 0
    for _ in 0..<200 {
      var damaged = bytes
      for _ in 0..<3 {
        damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      try data.write(damaged, to: name)
      do {
        #expect(try FaceCrop.read(data.path(name)).count == 12_288)
      } catch {
        #expect(error.message.contains(data.path(name)), "seed 5")
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test func imagesOfAnotherKindAreRefusedByName() throws {
    let name = "celeb_a/img_align_celeba/000004.jpg"
    let grey = { (width: Int, height: Int) in [UInt8](repeating: 128, count: width * height * 3) }
    for (bytes, words) in [
      (PictureFiles.png(grey(64, 64), width: 64, height: 64), ["64×64", "178×218"]),
      (PictureFiles.jpeg(grey(218, 178), width: 218, height: 178), ["218×178", "178×218"]),
      (
        PictureFiles.png(.init(repeating: 9, count: 178 * 218 * 4), width: 178, height: 218, format: 3),
        ["transparent"]
      ),
      (Array("GIF89a".utf8), ["neither a JPEG nor a PNG"]), ([], ["neither", "0 bytes"]),
    ] {
      try data.write(bytes, to: name)
      let error = #expect(throws: DatasetError.self) { try load() }
      for word in [data.path(name)] + words {
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
      }
    }
    try data.remove(name)
    let error = #expect(throws: DatasetError.self) { try load() }
    #expect(error?.code == .missing && error?.message.contains("000004.jpg") == true)
  }

  @Test(arguments: [
    ("000001.jpg 3\n", "line 1"), ("000001.jpg 0\n000003.jpg\n", "line 2"), ("", "names 0 training"),
    ("000001.jpg 0\n000001.jpg 2\n", "line 2"), ("../x.jpg 0\n000003.jpg 2\n", "line 1"),
    ("000001.jpg 0\n000004.jpg 0\n", "0 test"), ("000001.jpg 0\n000003.jpg 2\n", "cut off"),
  ]) func aListThatCannotBeUsedIsRefused(text: String, words: String) throws {
    try data.write(text.utf8, to: Self.list)
    let error = #expect(throws: DatasetError.self) { try load() }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(FacePartition.fileName) == true)
  }

  @Test func withoutFilesItIsToldWhereToPutThem() throws {
    try data.remove(Self.list)
    let error = #expect(throws: DatasetError.self) { try load() }
    #expect(error?.code == .missing)
    #expect(error?.message.contains(data.path("celeb_a/img_align_celeba/")) == true)
  }
}

import Datasets
import Glibc
import HDF5
import Planning
import SweepFiles
import TestSupport
import Testing
import Trials

/// Trials against the images that their data set's files hold, before anything is launched.
@Suite struct OwnImagesTests {
  /// Plans a trial on a file of twenty images, the last two of which are test images.
  private func plan(height: Int, width: Int, channels: Int = 1, _ base: String) throws -> SweepPlan {
    try withTemporaryFolder { folder in
      let path = folder + "/own.h5"
      let file = try HDF5File(composing: path)
      try file.root.createDataset(
        "images", shape: [20, height, width, channels],
        values: [UInt8](repeating: 7, count: 20 * height * width * channels))
      try file.finish().withUnsafeBytes { bytes in
        let stream = try #require(fopen(path, "w"))
        #expect(fwrite(bytes.baseAddress, 1, bytes.count, stream) == bytes.count)
        #expect(fclose(stream) == 0)
      }
      return try SweepDefinition.parse(
        "name: s\nbase: {dataset_name: 'hdf5:\(path)', model_type: GS_Dis, temp: 1, \(base)}\n",
        path: "s.yaml"
      ).planWithData(checksImages: true)
    }
  }

  private func refusal(height: Int, width: Int, channels: Int = 1, _ base: String) -> String {
    let error = #expect(throws: SweepFileError.self) {
      try plan(height: height, width: width, channels: channels, base)
    }
    return error?.message ?? ""
  }

  @Test func imagesThatFitPass() throws {
    #expect(try plan(height: 28, width: 28, "architecture: conv, validation_n: 17").sweep.trials.count == 1)
    #expect(try plan(height: 10, width: 12, "architecture: dense").sweep.trials.count == 1)
    #expect(try plan(height: 10, width: 12, "architecture: conv, resize: 28").sweep.trials.count == 1)
  }

  @Test func imagesOfAnotherSizeAreRefused() {
    #expect(
      refusal(height: 20, width: 28, "architecture: conv")
        == "'architecture': conv takes 28×28 images, found 20×28; set resize: 28 or use conv_jointvae")
    #expect(
      refusal(height: 40, width: 40, "architecture: conv_jointvae")
        == "'architecture': conv_jointvae takes 32×32 or 64×64 images, found 40×40; set resize: 32")
  }

  @Test func moreHeldOutImagesThanThereAreAreRefused() {
    #expect(
      refusal(height: 8, width: 8, "validation_n: 18")
        == "'validation_n': must leave images to train on; found 18 of 18")
  }

  /// Of some known sets only the files tell how many images there are; they are asked where that matters.
  @Test(arguments: ["omniglot", "celeb_a"]) func heldOutImagesOfASetWithoutAKnownNumber(name: String) throws {
    var looks = 0
    func plan(_ validation: Int) throws -> SweepPlan {
      try SweepDefinition.parse(
        "name: s\nbase: {dataset_name: \(name), model_type: GS_Dis, temp: 1, validation_n: \(validation)}\n",
        path: "s.yaml"
      ).plan(
        images: { _ in
          looks += 1
          return KnownImages(height: 28, width: 28, channels: 1, trainingCount: 40)
        }, dataDigest: { _ in "none" })
    }
    #expect(try plan(0).sweep.trials.count == 1)
    #expect(looks == 0)
    #expect(try plan(39).sweep.trials.count == 1)
    let error = #expect(throws: SweepFileError.self) { try plan(40) }
    #expect(error?.message == "'validation_n': must leave images to train on; found 40 of 40")
    #expect(looks == 2)
  }
}

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
        == "'validation_n': must leave images to train on: 18 held out of 18 training images; give at most 17"
    )
  }

  /// Without the files nobody could tell.
  @Test func thePlanTellsTheStepsOfOwnImages() throws {
    // 18 training images in steps of 5, 3 epochs.
    let lines = try plan(height: 8, width: 8, "batch_n: 5, epochs: 3").text.split(separator: "\n")
    #expect(lines.contains("GS_Dis           1     12"), "\(lines)")
  }

  /// The sweep file names the file, so the fault is on one of its lines, told once whatever varies.
  @Test func aFileThatIsMissingOrNoneIsToldByTheLineThatNamesIt() throws {
    try withTemporaryFolder { folder in
      func refusal(_ name: String) throws -> String {
        let definition = try SweepDefinition.parse(
          "name: s\nbase:\n  model_type: GS_Dis\n  dataset_name: 'hdf5:\(folder)/\(name)'\ngrid: {temp: [0.5, 1], seed: [1, 2]}\n",
          path: "s.yaml")
        let error = #expect(throws: SweepFileError.self) { try definition.planWithData(checksImages: true) }
        return error?.description ?? ""
      }
      let missing = try refusal("none.h5")
      #expect(missing.hasPrefix("s.yaml:4:17: cannot open \(folder)/none.h5: No such file"), "\(missing)")
      #expect(missing.split(separator: "\n").count == 1, "\(missing)")
      let stream = try #require(fopen(folder + "/text.h5", "w"))
      #expect(fputs("no HDF5", stream) >= 0 && fclose(stream) == 0)
      #expect(try refusal("text.h5") == "s.yaml:4:17: \(folder)/text.h5: is not an HDF5 file")
    }
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
    #expect(
      error?.message
        == "'validation_n': must leave images to train on: 40 held out of 40 training images; give at most 39"
    )
    #expect(looks == 2)
  }
}

import Testing

@testable import Datasets

@Suite struct SubsetTests {
  @Test func validationImagesAreHeldOutOnceAndForAll() throws {
    let dataset = try SyntheticDataset().load()
    let (training, validation) = try dataset.splittingValidation(8)
    #expect(training.count == 32 && validation.count == 8)
    let places = (0..<32).map { training.place(of: $0) } + (0..<8).map { validation.place(of: $0) }
    #expect(places.sorted() == Array(0..<40))
    let again = try dataset.splittingValidation(8)
    #expect((0..<8).map { again.validation.place(of: $0) } == (0..<8).map { validation.place(of: $0) })
    // The last images of a permutation: a larger hold-out contains a smaller one.
    let larger = try dataset.splittingValidation(20).validation
    let largerPlaces = Set((0..<20).map { larger.place(of: $0) })
    #expect(largerPlaces.isSuperset(of: (0..<8).map { validation.place(of: $0) }))
  }

  @Test func noValidationLeavesTheTrainingImagesAsTheyAre() throws {
    let (training, validation) = try SyntheticDataset().load().splittingValidation(0)
    #expect(validation.count == 0)
    #expect((0..<40).map { training.place(of: $0) } == Array(0..<40))
  }

  @Test(arguments: [-1, 40, 41]) func aHoldOutThatLeavesNothingIsRefused(count: Int) throws {
    let dataset = try SyntheticDataset().load()
    let error = #expect(throws: DatasetError.self) { _ = try dataset.splittingValidation(count) }
    #expect(error?.message.contains("validation_n = \(count)") == true)
  }

  @Test func theSampleIsTheFirstImages() throws {
    let sample = try SyntheticDataset(trainCount: 70).load().sampled()
    #expect((0..<sample.train.count).map { sample.train.place(of: $0) } == Array(0..<60))
    #expect((0..<sample.test.count).map { sample.test.place(of: $0) } == Array(0..<10))
  }
}

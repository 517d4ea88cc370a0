extension TrialConfiguration {
  /// Columns of the trial's table of metrics, in the order of its file.
  public var metricsPerEpoch: [Metric] {
    switch experiment {
    case .vae:
      var metrics = Metric.perEpoch + (modelType.isTruncated ? [.unmetThreshold] : [])
      if record.contains(.gradients) { metrics += [.vanishedGradients, .gradientVariance] }
      if record.contains(.vertexDistance) { metrics.append(.vertexDistance) }
      return metrics
    case .sop: return [.trainLoss, .testLogLikelihood, .gradientNorm]
    case .approximation, .priorFit, .simplexProximity: return [.targetDistance, .nRequired, .gradientNorm]
    case .relaxToy: return [.expectedLoss, .gradientVariance]
    }
  }

  /// Scalars that the trial ends with, in the order of its file.
  public var metricsAtEnd: [Metric] {
    switch experiment {
    case .vae: Metric.atEnd + (modelType.isTruncated ? [.unmetThreshold] : [])
    case .sop: [.testLogLikelihood, .standardError, .samples, .bestEpoch]
    case .approximation, .priorFit: [.targetDistance, .bestEpoch]
    case .simplexProximity:
      [
        .vertexDistanceMedian, .vertexDistanceP10, .vertexDistanceP20, .vertexDistanceDeviation,
        .targetDistance, .bestEpoch,
      ]
    case .relaxToy: [.expectedLoss, .gradientVariance, .bestEpoch]
    }
  }

  /// What chooses among epochs and, unless the sweep file says otherwise, among trials; never measured on test images.
  public var selectionMetric: Metric {
    switch experiment {
    case .vae: validationN > 0 ? .valELBO : .trainLoss
    case .sop: .trainLoss
    case .approximation, .priorFit, .simplexProximity: .targetDistance
    case .relaxToy: .expectedLoss
    }
  }

  /// What the trial measures and may be chosen by: nothing of test images, nothing that says how it was measured.
  public var selectableMetrics: [Metric] {
    var seen: Set<Metric> = []
    return (metricsPerEpoch + metricsAtEnd).filter { metric in
      if metric == .valELBO, validationN == 0 { return false }
      return !metric.isMeasuredOnTestImages && metric != .bestEpoch && seen.insert(metric).inserted
    }
  }

  /// Optimiser steps of the whole trial; nil where only the data set's files tell how many images there are.
  public var optimizerSteps: Int? { optimizerSteps(trainingImages: nil) }

  /// - Parameter trainingImages: how many there are, held-out ones included, where only the data set's files tell; nil
  ///   where that is not known either.
  public func optimizerSteps(trainingImages: Int?) -> Int? {
    let stepsPerEpoch: Int
    if experiment.usesImages {
      guard let images = trainingImageCount ?? trainingImages else { return nil }
      stepsPerEpoch = (images - validationN - 1) / batchN + 1
    } else {
      stepsPerEpoch = iterPerEpoch
    }
    let (steps, overflows) = stepsPerEpoch.multipliedReportingOverflow(by: epochs)
    return overflows ? nil : steps
  }
}

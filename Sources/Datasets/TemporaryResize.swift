extension ImageDataset { public func resized(to side: Int) -> ImageDataset { preconditionFailure("merge") } }

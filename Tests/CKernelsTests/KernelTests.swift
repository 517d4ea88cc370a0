import Testing

/// Every suite of this module: serialized, because the kernel target is one choice for the process.
@Suite(.serialized) enum KernelTests {}

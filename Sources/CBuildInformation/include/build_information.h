/// What the build knows of itself.
#ifndef IGR_BUILD_INFORMATION_H
#define IGR_BUILD_INFORMATION_H

/// The git commit that the programs were built from, with "+changes" where files differed from it; "unknown" outside
/// a git checkout.
const char *igr_git_revision(void);

#endif

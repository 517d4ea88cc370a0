#include "build_information.h"

#ifndef IGR_GIT_REVISION
#define IGR_GIT_REVISION "unknown"
#endif

const char *igr_git_revision(void) { return IGR_GIT_REVISION; }

// jpeglib.h uses size_t and FILE without including their header.
#include <stdio.h>
#include <jpeglib.h>

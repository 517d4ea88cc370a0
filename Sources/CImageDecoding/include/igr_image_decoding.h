#ifndef IGR_IMAGE_DECODING_H
#define IGR_IMAGE_DECODING_H

#include <stddef.h>
#include <stdint.h>

// Decoders of whole images in memory. They are C because libjpeg reports errors by a call that must not return.

enum {
  IGR_IMAGE_DECODED = 0,
  IGR_IMAGE_OF_OTHER_SIZE = 1,
  IGR_IMAGE_DAMAGED = 2,
};

enum { IGR_IMAGE_MESSAGE_LENGTH = 256 };

struct igr_image_report {
  // By the image's header; 0 where that could not be read.
  uint32_t width;
  uint32_t height;
  // The library's words, ended by a NUL; empty unless damaged.
  char message[IGR_IMAGE_MESSAGE_LENGTH];
};

// Decodes an image of width x height pixels to bytes [height, width, 3], red, green, blue; grey images get three equal
// channels. Room for all of them is needed. Whatever the libraries warn of counts as damage. Returns one of the above.
int igr_decode_jpeg(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
                    struct igr_image_report *report);
int igr_decode_png(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
                   struct igr_image_report *report);

#endif

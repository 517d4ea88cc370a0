#include "igr_image_decoding.h"

#include <stdio.h>
#include <string.h>

#include <png.h>

static int damaged(struct igr_image_report *report, const char *words) {
  snprintf(report->message, IGR_IMAGE_MESSAGE_LENGTH, "%s", words);
  return IGR_IMAGE_DAMAGED;
}

int igr_decode_png(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
                   struct igr_image_report *report) {
  // libpng stops reading after the last row, so it would not see that the end is cut off.
  static const uint8_t end[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xAE, 0x42, 0x60, 0x82};
  memset(report, 0, sizeof *report);
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, bytes, count)) return damaged(report, image.message);
  report->width = image.width;
  report->height = image.height;
  if (image.width != width || image.height != height) {
    png_image_free(&image);
    return IGR_IMAGE_OF_OTHER_SIZE;
  }
  if (image.format & PNG_FORMAT_FLAG_ALPHA) {
    png_image_free(&image);
    return damaged(report, "it has transparent pixels");
  }
  if (count < sizeof end || memcmp(bytes + count - sizeof end, end, sizeof end) != 0) {
    png_image_free(&image);
    return damaged(report, "it does not end with the chunk IEND");
  }
  image.format = PNG_FORMAT_RGB;
  if (!png_image_finish_read(&image, NULL, pixels, (png_int_32)(width * 3), NULL)) {
    return damaged(report, image.message);
  }
  if (PNG_IMAGE_FAILED(image) || image.warning_or_error) return damaged(report, image.message);
  return IGR_IMAGE_DECODED;
}

#include "igr_image_decoding.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

struct error_handling {
  // First, so that libjpeg's pointer to it is also one to the whole.
  struct jpeg_error_mgr base;
  jmp_buf place;
  struct igr_image_report *report;
};

static void stop(j_common_ptr codec) {
  struct error_handling *handling = (struct error_handling *)codec->err;
  char words[JMSG_LENGTH_MAX];
  handling->base.format_message(codec, words);
  snprintf(handling->report->message, IGR_IMAGE_MESSAGE_LENGTH, "%s", words);
  longjmp(handling->place, 1);
}

// A warning is how libjpeg tells of a cut or damaged file before it invents the missing pixels.
static void stop_at_warning(j_common_ptr codec, int level) {
  if (level < 0) stop(codec);
}

int igr_decode_jpeg(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
                    struct igr_image_report *report) {
  memset(report, 0, sizeof *report);
  struct jpeg_decompress_struct codec;
  memset(&codec, 0, sizeof codec);
  struct error_handling handling;
  codec.err = jpeg_std_error(&handling.base);
  handling.base.error_exit = stop;
  handling.base.emit_message = stop_at_warning;
  handling.report = report;
  if (setjmp(handling.place)) {
    jpeg_destroy_decompress(&codec);
    return IGR_IMAGE_DAMAGED;
  }
  jpeg_create_decompress(&codec);
  jpeg_mem_src(&codec, bytes, count);
  jpeg_read_header(&codec, TRUE);
  report->width = codec.image_width;
  report->height = codec.image_height;
  if (codec.image_width != width || codec.image_height != height) {
    jpeg_destroy_decompress(&codec);
    return IGR_IMAGE_OF_OTHER_SIZE;
  }
  codec.out_color_space = JCS_RGB;
  // The accurate integer transform, which libraries and processors agree on.
  codec.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&codec);
  while (codec.output_scanline < codec.output_height) {
    JSAMPROW row = pixels + (size_t)codec.output_scanline * width * 3;
    jpeg_read_scanlines(&codec, &row, 1);
  }
  jpeg_finish_decompress(&codec);
  jpeg_destroy_decompress(&codec);
  return IGR_IMAGE_DECODED;
}

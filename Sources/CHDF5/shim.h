#ifndef IGR_CHDF5_SHIM_H
#define IGR_CHDF5_SHIM_H

#include <hdf5.h>
#include <hdf5_hl.h>

// Macros that expand to a library call or a cast do not import into Swift; each has a getter here.

static inline unsigned igr_h5f_acc_rdonly(void) { return H5F_ACC_RDONLY; }
static inline unsigned igr_h5f_acc_excl(void) { return H5F_ACC_EXCL; }

static inline hid_t igr_h5p_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t igr_h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t igr_h5p_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t igr_h5p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline unsigned igr_h5p_creation_order(void) { return H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED; }

static inline hid_t igr_h5t_ieee_f32le(void) { return H5T_IEEE_F32LE; }
static inline hid_t igr_h5t_ieee_f64le(void) { return H5T_IEEE_F64LE; }
static inline hid_t igr_h5t_std_i8le(void) { return H5T_STD_I8LE; }
static inline hid_t igr_h5t_std_u8le(void) { return H5T_STD_U8LE; }
static inline hid_t igr_h5t_std_i32le(void) { return H5T_STD_I32LE; }
static inline hid_t igr_h5t_std_i64le(void) { return H5T_STD_I64LE; }

static inline hid_t igr_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t igr_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t igr_h5t_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t igr_h5t_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t igr_h5t_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t igr_h5t_native_int64(void) { return H5T_NATIVE_INT64; }

static inline hid_t igr_h5t_c_s1(void) { return H5T_C_S1; }
static inline size_t igr_h5t_variable(void) { return H5T_VARIABLE; }

static inline hid_t igr_h5e_default(void) { return H5E_DEFAULT; }

// What lies under a name: an H5O_type_t, or negative on failure. Of the header alone, several times cheaper than opening
// a dataset. The call and its structure have other names in every series of the library.
static inline int igr_h5o_type(hid_t place, const char *name) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  return H5Oget_info_by_name3(place, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0 ? -1 : (int)info.type;
#else
  H5O_info_t info;
  return H5Oget_info_by_name2(place, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0 ? -1 : (int)info.type;
#endif
}

#endif

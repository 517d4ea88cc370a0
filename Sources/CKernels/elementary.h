// Elementary functions of one Float32, free of branches so that the loops around them vectorise. Every step is an
// IEEE operation with one rounding, so every target gives the same bits. Polynomials are minimax fits (Lawson's
// iteration on Chebyshev nodes) of the function named beside them.

#define IGR_INLINE static inline __attribute__((always_inline))

IGR_INLINE uint32_t bits_of(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}

IGR_INLINE float from_bits(uint32_t bits) {
    float x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

// Both parts are short enough that n * ln2_high is exact for |n| < 256.
static const float ln2_high = 0x1.62e4p-1f;
static const float ln2_low = 0x1.7f7d1cp-20f;
static const float infinity = __builtin_inff();

// exp = 2^scale * (1 + high + low), 1 + high + low between sqrt(1/2) and sqrt 2, or 0.
struct exp_parts {
    float high, low;
    int32_t scale, is_zero;
};

// exp(x + x_low), x <= 89 or NaN, |x_low| small against ln(2)/2. NaN stays in `high`.
IGR_INLINE struct exp_parts exp_reduced(float x, float x_low) {
    struct exp_parts parts;
    // Below, the result is 0 whatever the argument.
    parts.is_zero = x < -104.0f;
    x = x < -104.0f ? -104.0f : x;
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
    const float magic = 0x1.8p23f;
    float shifted = x * 0x1.715476p0f + magic;
    float n = shifted - magic;
    parts.scale = (int32_t)(bits_of(shifted) - bits_of(magic));
    parts.high = x - n * ln2_high;
    float r_low = n * ln2_low - x_low;
    float r = parts.high - r_low;
    // (exp r - 1 - r) / r^2
    float p = 0x1.6db8e0p-10f;
    p = p * r + 0x1.123ebcp-7f;
    p = p * r + 0x1.555458p-5f;
    p = p * r + 0x1.55548ap-3f;
    p = p * r + 0.5f;
    parts.low = r * r * p - r_low;
    return parts;
}

// Powers of two are told to be zero rather than left to underflow: that takes some processors ten times as long.
IGR_INLINE float power_of_two(int32_t n, int32_t is_zero) {
    uint32_t bits = (uint32_t)(n + 127) << 23;
    return from_bits(is_zero ? 0 : bits);
}

// x * 2^scale, rounded once: two factors, because 2^scale alone may not be a normal number.
IGR_INLINE float scaled(float x, struct exp_parts parts) {
    int32_t half = parts.scale >> 1;
    return x * power_of_two(half, parts.is_zero) * power_of_two(parts.scale - half, 0);
}

// The same for a scale of at most 64 by fewer steps: the first product is exact.
IGR_INLINE float scaled_down(float x, struct exp_parts parts) {
    return x * power_of_two(parts.scale + 63, parts.is_zero) * 0x1p-63f;
}

// 1 + high + low, rounded once.
IGR_INLINE float exp_mantissa(struct exp_parts parts) {
    float sum = 1.0f + parts.high;
    float lost = parts.high - (sum - 1.0f);
    return sum + (lost + parts.low);
}

IGR_INLINE float exp_of_sum(float x, float x_low) {
    // Above, the result is infinity whatever the argument.
    struct exp_parts parts = exp_reduced(x > 89.0f ? 89.0f : x, x_low);
    return scaled(exp_mantissa(parts), parts);
}

IGR_INLINE float exp_f32(float x) { return exp_of_sum(x, 0.0f); }

// exp x for x <= 0.
IGR_INLINE float exp_nonpositive(float x) {
    struct exp_parts parts = exp_reduced(x, 0.0f);
    return scaled_down(exp_mantissa(parts), parts);
}

// exp x - 1 for x <= 1.
IGR_INLINE float expm1_up_to_1(float x) {
    struct exp_parts parts = exp_reduced(x, 0.0f);
    float power = scaled_down(1.0f, parts);
    float high = parts.high * power;
    return (power - 1.0f) + (high + parts.low * power);
}

// log(1 + f) + k log 2 + correction, sqrt(1/2) - 1 <= f <= sqrt 2 - 1, through s = f / (2 + f).
IGR_INLINE float log_assembled(float f, float k, float correction) {
    float s = f / (2.0f + f);
    float z = s * s;
    // (log((1 + s) / (1 - s)) - 2 s) / s^3
    float p = 0x1.e50c96p-3f;
    p = p * z + 0x1.2428f2p-2f;
    p = p * z + 0x1.999ac6p-2f;
    p = p * z + 0x1.555554p-1f;
    float half_square = 0.5f * f * f;
    return s * (half_square + z * p) + (k * ln2_low + correction) - half_square + f + k * ln2_high;
}

// The bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt 2).
static const uint32_t root_half_bits = 0x3f3504f3u;

IGR_INLINE float exponent_of(uint32_t bits) { return (float)((int32_t)(bits - root_half_bits) >> 23); }

IGR_INLINE float mantissa_of(uint32_t bits) {
    return from_bits(((bits - root_half_bits) & 0x007fffffu) + root_half_bits);
}

// log x for a normal, finite x > 0.
IGR_INLINE float log_normal_range(float x) {
    uint32_t bits = bits_of(x);
    return log_assembled(mantissa_of(bits) - 1.0f, exponent_of(bits), 0.0f);
}

IGR_INLINE float log_f32(float x) {
    int is_denormal = x < 0x1p-126f;
    uint32_t bits = bits_of(is_denormal ? x * 0x1p25f : x);
    float k = exponent_of(bits) - (is_denormal ? 25.0f : 0.0f);
    float result = log_assembled(mantissa_of(bits) - 1.0f, k, 0.0f);
    result = x < infinity ? result : x;
    result = x < 0.0f ? __builtin_nanf("") : result;
    return x == 0.0f ? -infinity : result;
}

// log(1 + x) for a finite x > -1.
IGR_INLINE float log1p_finite(float x) {
    float u = 1.0f + x;
    // What the rounding of 1 + x lost, relative to u.
    float lost = (x >= 1.0f ? 1.0f - (u - x) : x - (u - 1.0f)) / u;
    uint32_t bits = bits_of(u);
    float k = exponent_of(bits);
    float f = k == 0.0f ? x : mantissa_of(bits) - 1.0f;
    return log_assembled(f, k, k == 0.0f ? 0.0f : lost);
}

IGR_INLINE float log1p_f32(float x) {
    float result = log1p_finite(x);
    result = x < infinity ? result : x;
    result = x < -1.0f ? __builtin_nanf("") : result;
    result = x == -1.0f ? -infinity : result;
    // Keeps the sign of zero.
    return x == 0.0f ? x : result;
}

// log(1 - exp x) for x <= 0, by whichever of exp x and 1 - exp x is at most 1/2 (Maechler 2012); NaN above 0.
IGR_INLINE float log1mexp_f32(float x) {
    // Above 0 the logarithm of a negative number.
    float near_zero = log_f32(-expm1_up_to_1(x > 1.0f ? 1.0f : x));
    float below = log1p_finite(-exp_nonpositive(x > -0.69314718f ? -0.69314718f : x));
    return x > -0.69314718f ? near_zero : below;
}

IGR_INLINE float tanh_f32(float x) {
    float z = x * x;
    // (tanh x - x) / x^3 in x^2
    float p = -0x1.752164p-8f;
    p = p * z + 0x1.520236p-6f;
    p = p * z + -0x1.b837f2p-5f;
    p = p * z + 0x1.110710p-3f;
    p = p * z + -0x1.555532p-2f;
    float near = x + x * (z * p);
    float magnitude = __builtin_fabsf(x);
    float far = 1.0f - 2.0f / (exp_f32(2.0f * magnitude) + 1.0f);
    return __builtin_copysignf(magnitude > 0.625f ? far : near, x);
}

// exp(-|x|) and sigmoid x.
struct logistic {
    float e, sigmoid;
};

// e / (1 + e) or 1 / (1 + e) with e = exp(-|x|), which cannot overflow. e is kept as a sum of two numbers and the
// quotient corrected once: three roundings in a row would cost more than 2 ulp.
IGR_INLINE struct logistic logistic_of(float x) {
    struct exp_parts parts = exp_reduced(-__builtin_fabsf(x), 0.0f);
    // Logits are hardly ever so far from 0, and underflow gives the same.
    parts.is_zero = 0;
    float sum = 1.0f + parts.high;
    float rest = parts.high - (sum - 1.0f) + parts.low;
    float rounded = sum + rest;
    float e = scaled_down(rounded, parts);
    float e_low = scaled_down(rest - (rounded - sum), parts);
    float denominator = 1.0f + e;
    float denominator_low = (e - (denominator - 1.0f)) + e_low;
    float quotient = (x < 0.0f ? e : 1.0f) / denominator;
    float reciprocal = x < 0.0f ? 1.0f - quotient : quotient;
    float remainder = (x < 0.0f ? e_low : 0.0f) - quotient * denominator_low;
    return (struct logistic){e, quotient + remainder * reciprocal};
}

IGR_INLINE float sigmoid_f32(float x) { return logistic_of(x).sigmoid; }

// NaN passes: every comparison with it is false.
IGR_INLINE float relu_f32(float x) { return x <= 0.0f ? 0.0f : x; }

// max(x, 0) + log(1 + e) with e = exp(-|x|) in [0, 1], where a polynomial is cheaper than the division of log1p.
IGR_INLINE float softplus_f32(float x) {
    float e = exp_nonpositive(-__builtin_fabsf(x));
    float t = e - 0.5f;
    // (log(1 + e) - e + e^2 / 2) / e^3 in e - 1/2
    float p = -0x1.df5e48p-9f;
    p = p * t + 0x1.262b84p-7f;
    p = p * t + -0x1.de4baep-7f;
    p = p * t + 0x1.8784a6p-6f;
    p = p * t + -0x1.4eacf4p-5f;
    p = p * t + 0x1.24f222p-4f;
    p = p * t + -0x1.082d02p-3f;
    p = p * t + 0x1.f323f0p-3f;
    float square = e * e;
    float half_square = 0.5f * square;
    float sum = e - half_square;
    float lost = (e - sum) - half_square;
    return relu_f32(x) + (sum + (square * e * p + lost));
}

IGR_INLINE float elu_f32(float x) {
    float below = expm1_up_to_1(x > 0.0f ? 0.0f : x);
    return x > 0.0f ? x : below;
}

IGR_INLINE float elu_slope_f32(float x) { return x > 0.0f ? 1.0f : exp_nonpositive(x > 0.0f ? 0.0f : x); }

// log Phi(x). With z = |x| / sqrt 2 and t = 1 / (1 + z/2), log(erfc(z)) = log t - z^2 + P(t); P is a fit of the scaled
// complementary error function, so that nothing underflows in the lower tail. The upper tail is log(1 - Phi(-x)).
IGR_INLINE float log_normal_cdf_f32(float x) {
    float magnitude = __builtin_fabsf(x);
    float bounded = magnitude > 1e30f ? 1e30f : magnitude;
    float t = 1.0f / (1.0f + bounded * 0x1.6a09e6p-2f);
    // log(erfc(z) exp(z^2)) - log t in 2 t - 1
    float w = 2.0f * t - 1.0f;
    float p = -0x1.629c58p-14f;
    p = p * w + 0x1.cb8b1ep-18f;
    p = p * w + 0x1.290ed6p-11f;
    p = p * w + -0x1.d8267ep-13f;
    p = p * w + -0x1.2b1b50p-9f;
    p = p * w + 0x1.d5b290p-10f;
    p = p * w + 0x1.208eb8p-7f;
    p = p * w + -0x1.43b916p-7f;
    p = p * w + -0x1.802628p-5f;
    p = p * w + 0x1.83d724p-5f;
    p = p * w + 0x1.5864aep-1f;
    p = p * w + -0x1.57f566p-1f;
    float prefactor = log_normal_range(0.5f * t) + p;
    float lower = prefactor - 0.5f * magnitude * magnitude;

    // Phi(-|x|) with the square's rounding error carried along: the exponential magnifies it up to 100 times.
    float b = magnitude > 15.0f ? 15.0f : magnitude;
    float square = b * b;
    float b_high = from_bits(bits_of(b) & 0xfffff000u);
    float b_low = b - b_high;
    float square_low = ((b_high * b_high - square) + 2.0f * b_high * b_low) + b_low * b_low;
    float exponent = -0.5f * square;
    float sum = exponent + prefactor;
    float prefactor_part = sum - exponent;
    float sum_low = (exponent - (sum - prefactor_part)) + (prefactor - prefactor_part);
    float tail = exp_of_sum(sum, sum_low - 0.5f * square_low);
    // log(1 - tail), tail <= 1/2: (-log(1 - q) - q - q^2 / 2) / q^3 in q - 1/4
    float s = tail - 0.25f;
    float r = 0x1.4ccf06p0f;
    r = r * s + 0x1.182a5cp-1f;
    r = r * s + 0x1.e55f1ap-2f;
    r = r * s + 0x1.c888eep-2f;
    r = r * s + 0x1.a188c0p-2f;
    r = r * s + 0x1.92ed80p-2f;
    r = r * s + 0x1.a5883cp-2f;
    // Of a small tail nothing but itself counts, and its powers would underflow, which takes some processors ten times as long.
    float counted = tail < 0x1p-26f ? 0.0f : tail;
    float tail_square = counted * counted;
    float upper = -(tail + (0.5f * tail_square + tail_square * counted * r));
    return x < 0.0f ? lower : upper;
}

// (w + 1/2) * 2^-32, rounded once: the high half is exact, the low half plus 1/2 too, so their sum is the only rounding.
IGR_INLINE float uniform_of_word(uint32_t word) {
    float high = (float)(int32_t)(word >> 16) * 65536.0f;
    float low = (float)(int32_t)(word & 0xffffu) + 0.5f;
    float u = (high + low) * 0x1p-32f;
    return u < 0x1.fffffep-1f ? u : 0x1.fffffep-1f;
}

// cos(2 pi u) and sin(2 pi u), 0 < u < 1, through the nearest quarter turn.
struct turn {
    float cosine, sine;
};

IGR_INLINE struct turn turn_of(float u) {
    const float magic = 0x1.8p23f;
    float shifted = u * 4.0f + magic;
    uint32_t quarter = bits_of(shifted);
    float r = u - (shifted - magic) * 0.25f;
    float z = r * r;
    // sin(2 pi r) / r in r^2
    float s = 0x1.4bc766p5f;
    s = s * z + -0x1.32ca9ap6f;
    s = s * z + 0x1.466bbap6f;
    s = s * z + -0x1.4abbcep5f;
    s = s * z + 0x1.921fb6p2f;
    s = s * r;
    // (cos(2 pi r) - 1) / r^2 in r^2
    float c = -0x1.a106d2p4f;
    c = c * z + 0x1.e1e856p5f;
    c = c * z + -0x1.55d3bcp6f;
    c = c * z + 0x1.03c1f0p6f;
    c = c * z + -0x1.3bd3ccp4f;
    c = c * z + 1.0f;
    uint32_t swap = quarter & 1u;
    float cosine = swap ? s : c;
    float sine = swap ? c : s;
    struct turn result;
    result.cosine = from_bits(bits_of(cosine) ^ (((quarter + 1u) & 2u) << 30));
    result.sine = from_bits(bits_of(sine) ^ ((quarter & 2u) << 30));
    return result;
}

IGR_INLINE float gumbel_of_word(uint32_t word) {
    return -log_normal_range(-log1p_finite(-uniform_of_word(word)));
}

IGR_INLINE float logistic_of_word(uint32_t word) {
    float u = uniform_of_word(word);
    return log_normal_range(u) - log1p_finite(-u);
}

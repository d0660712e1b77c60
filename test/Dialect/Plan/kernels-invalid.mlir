// RUN: dsc-opt %s -split-input-file -verify-diagnostics

// buffer_c1
// expected-error @below {{found type 'i8', expected f32, f64, bf16, f16, i64 or i32}}
plan.buffer @param i8 element[8192]

// -----

// buffer_c2
// expected-error @below {{found 0 values, expected 1 or more}}
plan.buffer @param f32 element[0]

// -----

// kernel_c1
plan.buffer @uniforms f64 program[1]
func.func private @body(%index: i64) -> f64
// expected-error @below {{found operand @uniforms with access uniforms, which no kernel of this kind has}}
plan.kernel @norm reduce @body [#plan.use<uniforms @uniforms>]
  uniforms = [] bytes = 4.0 stages = []

// -----

// kernel_c2
plan.buffer @grad f32 element[64]
plan.buffer @partials f64 block[1]
func.func private @body(%index: i64, %g: f32) -> f64
// expected-error @below {{only a map lists uniforms or has a prologue}}
plan.kernel @norm reduce @body
  [#plan.use<read @grad>, #plan.use<partials @partials>]
  uniforms = [0] bytes = 4.0 stages = []

// -----

// kernel_c3
plan.buffer @uniforms f64 program[1]
func.func private @body(%step: i64, %sum: f64) -> f64
// expected-error @below {{a finish needs partials, counters and uniforms}}
plan.kernel @finish finish @body [#plan.use<uniforms @uniforms>]
  uniforms = [] bytes = 0.0 stages = []

// -----

// kernel_c4
plan.buffer @grad f32 element[64]
func.func private @body(%index: i64, %g: f32) -> f64
// expected-error @below {{a reduction needs partials and something to read}}
plan.kernel @norm reduce @body [#plan.use<read @grad>]
  uniforms = [] bytes = 4.0 stages = []

// -----

// kernel_c5
plan.buffer @param f32 element[64]
func.func private @body(%index: i64, %p: f32, %lr: f32) -> f32
// expected-error @below {{found uniforms, expected an operand they come from}}
plan.kernel @update map @body [#plan.use<update @param>]
  uniforms = [0] bytes = 8.0 stages = []

// -----

// kernel_c6
plan.buffer @param f32 element[64]
plan.buffer @uniforms f32 program[1]
func.func private @body(%index: i64, %p: f32, %lr: f32) -> f32
// expected-error @below {{found @uniforms of 'f32' used as uniforms}}
plan.kernel @update map @body
  [#plan.use<update @param>, #plan.use<uniforms @uniforms>]
  uniforms = [0] bytes = 8.0 stages = []

// -----

// kernel_c7
plan.buffer @param f32 element[64]
func.func private @body(%index: i64, %p: f64) -> f32
// expected-error @below {{found a body of type '(i64, f64) -> f32', expected '(i64, f32) -> f32'}}
plan.kernel @update map @body [#plan.use<update @param>]
  uniforms = [] bytes = 8.0 stages = []

// -----

// kernel_c8
plan.buffer @param f32 element[64]
plan.buffer @uniforms f64 program[1]
func.func private @body(%index: i64, %p: f32, %lr: f32) -> f32
// expected-error @below {{found uniform 1, expected one of 1}}
plan.kernel @update map @body
  [#plan.use<update @param>, #plan.use<uniforms @uniforms>]
  uniforms = [1] bytes = 8.0 stages = []

// -----

// kernel_c9
func.func private @body(%index: i64, %p: f32) -> f32
// expected-error @below {{found @param, expected the name of a buffer}}
plan.kernel @update map @body [#plan.use<update @param>]
  uniforms = [] bytes = 8.0 stages = []

// -----

// kernel_c10
plan.buffer @param f32 element[64]
// expected-error @below {{found @body, expected the name of a function}}
plan.kernel @update map @body [#plan.use<update @param>]
  uniforms = [] bytes = 8.0 stages = []

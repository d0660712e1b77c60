// RUN: dsc-opt %s --dsc-cpu-loops -split-input-file -verify-diagnostics

plan.buffer @param f32 element[64]
func.func private @body(%index: i64, %p: f32) -> f32 {
  // expected-error @below {{found 'func.call' in a kernel's body, expected elementwise code}}
  %new = func.call @other(%p) : (f32) -> f32
  return %new : f32
}
func.func private @other(%p: f32) -> f32
plan.kernel @update map @body [#plan.use<update @param>]
  uniforms = [] bytes = 8.0 stages = []

// -----

plan.buffer @param f32 element[64]
// expected-error @below {{found branches, expected straight-line code}}
func.func private @body(%index: i64, %p: f32) -> f32 {
  cf.br ^next
^next:
  return %p : f32
}
plan.kernel @update map @body [#plan.use<update @param>]
  uniforms = [] bytes = 8.0 stages = []

// -----

plan.buffer @param f32 element[64]
// expected-error @below {{found a declaration, expected a kernel's body}}
func.func private @body(%index: i64, %p: f32) -> f32
plan.kernel @update map @body [#plan.use<update @param>]
  uniforms = [] bytes = 8.0 stages = []

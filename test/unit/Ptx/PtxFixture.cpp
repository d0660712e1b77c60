//===- PtxFixture.cpp -----------------------------------------------------===//

#include "test/unit/Ptx/PtxFixture.h"

using namespace dsc::test::ptx;

static const std::string header = ".version 7.0\n"
                                  ".target sm_80\n"
                                  ".address_size 64\n";

std::string dsc::test::ptx::kernelOf(const std::string &body,
                                     const std::string &before,
                                     const std::string &attributes) {
  return header + before + "\n.visible .entry k(.param .u64 out)\n" +
         attributes +
         "{\n"
         ".reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<9>;\n"
         ".reg .b64 %d<9>, %out; .reg .f32 %f<9>; .reg .f64 %g<9>;\n"
         "ld.param.b64 %out, [out];\n" +
         body + "\nret;\n}\n";
}

std::string dsc::test::ptx::runKernel(const std::string &text, size_t bytes,
                                      const Launch &launch) {
  Machine machine(text);
  machine.limit = 1000000;
  Address out = machine.allocate(bytes, "out");
  machine.launch("k", launch, {out});
  std::span<char> found = machine.getBytes(out);
  return std::string(found.begin(), found.end());
}

std::string dsc::test::ptx::faultOf(const std::string &text,
                                    const Launch &launch) {
  try {
    runKernel(text, 64, launch);
    return "";
  } catch (const Fault &fault) {
    return fault.what();
  }
}

std::string dsc::test::ptx::faultOfBody(const std::string &body,
                                        const Launch &launch) {
  return faultOf(kernelOf(body), launch);
}

std::string
dsc::test::ptx::runInstruction(const std::string &opcode, const char *result,
                               const std::vector<const char *> &sourceTypes,
                               const std::vector<Argument> &sources,
                               size_t bytes) {
  std::string parameters, registers, loads, names;
  for (size_t i = 0; i < sources.size(); ++i) {
    std::string index = std::to_string(i), type = sourceTypes[i];
    bool isPredicate = type == "pred";
    std::string held = isPredicate ? "b32" : type;
    parameters += ", .param ." + held + " s" + index;
    registers += ".reg ." + held + " %s" + index + ";\n";
    loads += "ld.param." + held + " %s" + index + ", [s" + index + "];\n";
    if (isPredicate) {
      registers += ".reg .pred %q" + index + ";\n";
      loads += "setp.ne.b32 %q" + index + ", %s" + index + ", 0;\n";
    }
    names += (isPredicate ? ", %q" : ", %s") + index;
  }
  std::string type = result;
  std::string store = "st.global." + type + " [%out], %result;\n";
  if (type == "pred")
    store = ".reg .b32 %word;\nselp.b32 %word, 1, 0, %result;\n"
            "st.global.b32 [%out], %word;\n";
  Machine machine(header + ".visible .entry k(.param .b64 out" + parameters +
                  ") {\n.reg .b64 %out;\n.reg ." + type + " %result;\n" +
                  registers + loads + "ld.param.b64 %out, [out];\n" + opcode +
                  " %result" + names + ";\n" + store + "ret;\n}\n");
  Address out = machine.allocate(bytes);
  std::vector<Argument> arguments = {out};
  arguments.insert(arguments.end(), sources.begin(), sources.end());
  machine.launch("k", {}, arguments);
  std::span<char> found = machine.getBytes(out);
  return std::string(found.begin(), found.end());
}

const char *const dsc::test::ptx::kSample = R"(//
// Every form of the grammar
//
.version 7.0
.target sm_80, debug
.address_size 64
.file 1 "kernels.mlir"
.extern .func (.param .b32 result) helper(.param .b64 a, .param .b32 b);
.const .align 8 .b8 table[16] = {0, 0, 0, 0, 0, 0, 240, 63, 1};
.global .align 4 .f32 scale = 0f3F000000;
.global .align 4 .u32 counts[2][2] = {1, 2, 3};
.shared .align 16 .b8 sums[512];
.extern .shared .align 16 .b8 rest[];

	// .globl	all
.visible .entry all(
	.param .u64 .ptr .global .align 16 all_param_0,
	.param .align 8 .b8 all_param_1[8]
)
.maxntid 64, 1, 1
.minnctapersm 2
{
	.reg .pred 	%p<4>;
	.reg .b16 	%rs<3>, %single;
	.reg .b32 	%r<12>;
	.reg .b64 	%rd<12>;
	.local .align 8 .b8 __local_depot0[16];
	.pragma "nounroll";
// %bb.0:                               // %entry
	.loc	1 12 3, function_name $L__info_string0, inlined_at 1 3 2
	mov.u32 	%r1, %tid.x;
	cvt.u64.u32 	%rd1, %r1;
	ld.param.b64 	%rd2, [all_param_0];
	cvta.to.global.u64 	%rd3, %rd2;
	ld.param.u32 	%r2, [all_param_1+4];
	ld.param.u32 	%r3, [all_param_1];
	setp.ge.u32 	%p1, %r1, 4;
	@%p1 bra 	$L__BB0_5;
	$L_brx_0: .branchtargets
		$L__BB0_1,
		$L__BB0_2, $L__BB0_3,
		$L__BB0_5;
	brx.idx 	%r1, $L_brx_0;
$L__BB0_1:
	{ .reg .b16 tmp; mov.b32 {tmp, %rs1}, 0x12345678; }
	cvt.u32.u16 	%r4, %rs1;
	bra.uni 	$L__BB0_6;
$L__BB0_2: /* from local
               memory */
	mov.b64 	%rd4, __local_depot0;
	cvta.local.u64 	%rd5, %rd4;
	st.b32 	[%rd5+8], 77;
	ld.local.b32 	%r4, [%rd4+8];
	bra.uni 	$L__BB0_6;
$L__BB0_3:
	ld.const.b64 	%rd6, [table];
	mov.b64 	{_, %r4}, %rd6;
	bra.uni 	$L__BB0_6;
$L__BB0_5:
	{
		.reg .b32 %r4;
		ld.global.f32 	%r4, [scale];
	}
	mov.b32 	%r4, -1;
$L__BB0_6:
	shl.b64 	%rd7, %rd1, 2;
	mov.b64 	%rd8, sums;
	add.s64 	%rd9, %rd8, %rd7;
	st.shared.b32 	[%rd9], %r4;
	bar.sync 	0;
	xor.b32 	%r5, %r1, 63;
	mul.wide.u32 	%rd10, %r5, 4;
	add.s64 	%rd10, %rd8, %rd10;
	ld.shared.b32 	%r6, [%rd10];
	setp.lt.u32 	%p2, %r1, %r3;
	add.s64 	%rd11, %rd3, %rd7;
	@!%p2 bra 	$L__BB0_7;
	st.global.b32 	[%rd11], %r6;
$L__BB0_7:
	ret;
                                        // -- End function
}
	.section	.debug_abbrev
	{
.b8 1                                   // Abbreviation Code
.b8 17
	}
)";

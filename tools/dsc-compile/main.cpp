//===- main.cpp - dsc-compile: recipes in, training binaries out ----------===//

#include "compiler/Driver/Commands.h"

int main(int argc, char **argv) { return dsc::compilerMain(argc, argv); }

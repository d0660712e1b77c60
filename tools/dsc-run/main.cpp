//===- main.cpp - dsc-run, and every training binary ----------------------===//

#include "runtime/Launch/Commands/Commands.h"

int main(int argc, char **argv) { return dsc::launch(argc, argv); }

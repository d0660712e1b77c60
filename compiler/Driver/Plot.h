//===- Plot.h - a schedule as text, CSV and SVG -----------------*- C++ -*-===//

#ifndef DSC_COMPILER_DRIVER_PLOT_H
#define DSC_COMPILER_DRIVER_PLOT_H

#include "compiler/Driver/SchedulePreview.h"

#include "llvm/Support/raw_ostream.h"

namespace dsc {

/// The steps to show: from <= step < to, every n-th.
struct PlotRange {
  int64_t from = 0, to = 0, every = 1;
};

/// `step,phase,lr[,momentum][,weight_decay]`, 17 significant digits.
void writeCsv(SchedulePreview &preview, const PlotRange &range,
              llvm::raw_ostream &out);

/// The LR curve in braille dots, `columns` wide, with the phases named below.
void writeTerminalPlot(SchedulePreview &preview, const PlotRange &range,
                       unsigned columns, bool colour, llvm::raw_ostream &out);

/// One panel per track, phases shaded and named; no script, no font to load.
void writeSvg(SchedulePreview &preview, const PlotRange &range,
              llvm::StringRef title, llvm::raw_ostream &out);

/// Text that may stand in an SVG file.
std::string escapeXml(llvm::StringRef text);

/// A value with few digits for axes and tables: 0.003, 1.2e-05, 0.
std::string shortNumber(double value);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_PLOT_H

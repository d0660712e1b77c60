//===- Slurm.cpp - a script for sbatch ------------------------------------===//

#include "compiler/Driver/Launch/Jobs.h"

#include <fmt/format.h>

using namespace dsc;

/// As one word of a shell.
static std::string quote(const std::string &text) {
  std::string result = "'";
  for (char c : text)
    result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

static std::string writeDirectives(const Job &job) {
  std::string text = fmt::format(R"(#SBATCH --job-name={0}
#SBATCH --output={0}-%j.log
#SBATCH --open-mode=append
#SBATCH --nodes={1}
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --requeue
#SBATCH --signal=TERM@120
)",
                                 job.name, job.hosts);
  if (!job.resource.empty())
    text += fmt::format("#SBATCH --gpus-per-node={}\n", job.ranksOfHost);
  return text;
}

std::string dsc::writeSlurmJob(const Job &job) {
  std::string text = fmt::format(R"(#!/bin/bash
# {} rank(s) of a run on each of {} host(s), by 'dsc launch slurm'. Submit it in the
# folder of the run: sbatch FILE. --partition, --account and --time are yours to add.
)",
                                 job.ranksOfHost, job.hosts);
  text += writeDirectives(job);
  if (job.hosts > 1)
    text += R"(
# Hosts find one another by a secret that is new in every job.
DSC_TOKEN=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
export DSC_TOKEN
)";
  text += fmt::format(R"(
# Two minutes before its time is up the run is told to save. One host's failure is
# for the other hosts to notice: Slurm must not kill them meanwhile.
status=0
srun --cpu-bind=none --kill-on-bad-exit=0 {} -n {} --run-dir {} --resume || status=$?

# 5: a peer or the network failed. 75: stopped by a signal, and saved.
case $status in
5 | 75) scontrol requeue "$SLURM_JOB_ID" ;;
esac
exit $status
)",
                      quote(job.binary), job.ranksOfHost,
                      quote("runs/" + job.name));
  return text;
}

//===- Launch.cpp - launch ------------------------------------------------===//

#include "compiler/Driver/CommandLine/CommandLine.h"
#include "runtime/Base/Options.h"

using namespace dsc;

static CLI::App &addCluster(CommandLine &line, CLI::App &group,
                            const char *name, const char *what,
                            const char *examples,
                            std::shared_ptr<LaunchRequest> request) {
  CLI::App &command =
      line.addOverRecipe(group, name, what, examples, request, launchCommand);
  auto count = wholeNumber(1, int64_t(1) << 20);
  command
      .add_option("-n,--ranks", request->ranks,
                  "ranks over all nodes [the recipe's, or one a node]")
      ->transform(count);
  command.add_option("--nodes", request->hosts, "nodes [1]")->transform(count);
  command.add_option("--binary", request->binary,
                     "what the job runs [dsc-out/NAME]");
  command.add_option("-o,--output", request->output, "a file [stdout]");
  return command;
}

void dsc::addLaunch(CommandLine &line) {
  CLI::App *group =
      line.app.add_subcommand("launch", "Write a job file for a cluster");
  group->require_subcommand(1);
  group->footer("Examples:\n"
                "  dsc launch slurm recipe.toml -n 8 --nodes 2 -o job.sh\n"
                "  dsc launch k8s recipe.toml -n 8 --nodes 2 --image "
                "NAME:TAG -o job.yaml");
  addCluster(line, *group, "slurm", "Write a script for sbatch",
             "Examples:\n"
             "  dsc launch slurm recipe.toml -n 8 --nodes 2 -o job.sh\n"
             "  sbatch job.sh",
             std::make_shared<LaunchRequest>());
  auto request = std::make_shared<LaunchRequest>();
  request->cluster = LaunchRequest::Cluster::kubernetes;
  CLI::App &command = addCluster(
      line, *group, "k8s", "Write a Job for Kubernetes",
      "Examples:\n"
      "  dsc launch k8s recipe.toml -n 8 --nodes 2 --image NAME:TAG -o "
      "job.yaml\n"
      "  kubectl apply -f job.yaml",
      request);
  command.add_option("--image", request->image, "with what LibTorch needs")
      ->required();
  command.add_option("--claim", request->claim,
                     "persistent volume claim with the run's folder [NAME]");
}

//===- Kubernetes.cpp - a Job for Kubernetes ------------------------------===//

#include "compiler/Driver/Launch/Jobs.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

using namespace dsc;

/// Names of Kubernetes: small letters, digits and dashes, 63 of them at most,
/// of which the pods' numbers take some.
static constexpr size_t kLongestName = 50;

static std::string nameOf(const std::string &text) {
  std::string name;
  for (unsigned char c : text.substr(0, kLongestName)) {
    bool plain = c < 0x80 && std::isalnum(c);
    if (plain || (!name.empty() && name.back() != '-'))
      name += plain ? char(std::tolower(c)) : '-';
  }
  while (!name.empty() && name.back() == '-')
    name.pop_back();
  return name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))
             ? "run-" + name
             : name;
}

/// As a string of YAML.
static std::string quote(const std::string &text) {
  std::string result = "'";
  for (char c : text)
    result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

static std::string writeHeader(const Job &job, const std::string &name) {
  std::string text = fmt::format(
      "# {} rank(s) of a run on each of {} host(s), by 'dsc launch k8s'. The "
      "claim holds the\n# folder of the run: binary, data and runs/.\n",
      job.ranksOfHost, job.hosts);
  if (job.hosts == 1)
    return text + "#\n#   kubectl apply -f FILE\n";
  return text + fmt::format(R"(#
#   kubectl create secret generic {0} --from-literal=token=$(openssl rand -hex 16)
#   kubectl apply -f FILE
apiVersion: v1
kind: Service
metadata:
  name: {0}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    job-name: {0}
---
)",
                            name);
}

/// How often a retry is allowed after a peer or the network has failed; what
/// was stopped and saved may always go on.
static std::string writePolicy(const Job &job, const std::string &name) {
  return fmt::format(R"(apiVersion: batch/v1
kind: Job
metadata:
  name: {}
spec:
  completions: {}
  parallelism: {}
  completionMode: Indexed
  backoffLimit: 100
  podReplacementPolicy: Failed
  podFailurePolicy:
    rules:
    - action: Ignore
      onPodConditions:
      - type: DisruptionTarget
        status: 'True'
    - action: Ignore
      onExitCodes:
        operator: In
        values: [75]
    - action: Count
      onExitCodes:
        operator: In
        values: [5]
    - action: FailJob
      onExitCodes:
        operator: NotIn
        values: [5, 75]
)",
                     name, job.hosts, job.hosts);
}

/// How pods tell one another apart, and where they meet.
static std::string writeVariables(const Job &job, const std::string &name) {
  if (job.hosts == 1)
    return "";
  return fmt::format(R"(        env:
        - name: RANK
          valueFrom:
            fieldRef:
              fieldPath: metadata.annotations['batch.kubernetes.io/job-completion-index']
        - name: WORLD_SIZE
          value: '{}'
        - name: MASTER_ADDR
          value: {}-0.{}
        - name: MASTER_PORT
          value: '29400'
        - name: DSC_TOKEN
          valueFrom:
            secretKeyRef:
              name: {}
              key: token
)",
                     job.hosts, name, name, name);
}

static std::string writePod(const Job &job, const std::string &name) {
  std::string text = fmt::format(R"(  template:
    spec:
      subdomain: {}
      restartPolicy: Never
      terminationGracePeriodSeconds: 120
      containers:
      - name: dsc
        image: {}
        workingDir: /run-folder
        command: [{}]
        args: ['-n', '{}', '--run-dir', {}, '--resume']
)",
                                 name, quote(job.image), quote(job.binary),
                                 job.ranksOfHost, quote("runs/" + job.name));
  text += writeVariables(job, name);
  if (!job.resource.empty())
    text += fmt::format("        resources:\n"
                        "          limits:\n"
                        "            {}: {}\n",
                        job.resource, job.ranksOfHost);
  return text + fmt::format(R"(        volumeMounts:
        - name: folder
          mountPath: /run-folder
        - name: shared-memory
          mountPath: /dev/shm
      volumes:
      - name: folder
        persistentVolumeClaim:
          claimName: {}
      - name: shared-memory
        emptyDir:
          medium: Memory
)",
                            quote(job.claim.empty() ? name : job.claim));
}

std::string dsc::writeKubernetesJob(const Job &job) {
  std::string name = nameOf(job.name);
  return writeHeader(job, name) + writePolicy(job, name) + writePod(job, name);
}

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <iterator>
#include <string>
#include <thread>

#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

// From here on, pread fails in the calling thread as the kernel lets it fail for switched-off files.
bool let_pread_fail(unsigned error) {
  sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pread64, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(instructions)), instructions};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

SampleError answer_when_pread_fails_with(unsigned error) {
  const TemporaryDirectory directory;
  for (const char* resource : {"cpu", "memory", "io"})
    write_file(directory / (std::string("proc/pressure/") + resource),
               "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
  SampleError answer{SampleError::Kind::failed, "nothing was tried"};
  std::thread([&] {  // the filter can't be taken off again: it ends with this thread
    SamplerRun run(sampler_type("pressure"), directory.path());
    if (!let_pread_fail(error)) return;
    const auto result = run.sample();
    answer = result ? SampleError{SampleError::Kind::failed, "it worked"} : result.error();
  })
      .join();
  return answer;
}

TEST(PressureSampler, IsAbsentWhenTheKernelWasStartedWithoutIt) {
  const SampleError answer = answer_when_pread_fails_with(EOPNOTSUPP);
  EXPECT_EQ(answer.kind, SampleError::Kind::absent) << answer.what;
  EXPECT_NE(answer.what.find("/proc/pressure/cpu: Operation not supported"), std::string::npos)
      << answer.what;
}

TEST(PressureSampler, FailsWhenItsFilesCannotBeRead) {
  const SampleError answer = answer_when_pread_fails_with(EIO);
  EXPECT_EQ(answer.kind, SampleError::Kind::failed);
  EXPECT_NE(answer.what.find("/proc/pressure/cpu: Input/output error"), std::string::npos) << answer.what;
}

}  // namespace
}  // namespace collector::test

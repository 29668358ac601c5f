#include "sinks/json/stdout_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <thread>

#include "tests/sinks/json/file_sink_fixture.h"

namespace collector::test {
namespace {

using json_files::StdoutSink;
using namespace std::chrono_literals;

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  void close_reader() { close_end(0); }
  void close_writer() { close_end(1); }
  // What is there; waits when nothing is. Empty: nobody writes any more.
  std::string read_some() const {
    std::string text(4096, '\0');
    const ssize_t size = ::read(ends_[0], text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
  std::string read_all() const {
    std::string text;
    for (std::string more = read_some(); !more.empty(); more = read_some())
      text += more;
    return text;
  }

 private:
  void close_end(int which) {
    if (ends_[which] >= 0) ::close(ends_[which]);
    ends_[which] = -1;
  }
  int ends_[2] = {-1, -1};
};

TEST(StdoutSink, WritesWholeLinesIntoAFile) {
  TemporaryDirectory directory;
  const auto file = directory / "out";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  StdoutSink sink(descriptor, {});
  const auto opened = sink.open({});
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->keeps_position);
  ASSERT_TRUE(sink.write(make_batches(1, 300)));
  sink.close();
  ::close(descriptor);
  EXPECT_EQ(batches_in(parse_json_lines(read_file(file))).size(), 300U);
}

TEST(StdoutSink, AReaderThatIsGoneIsSaidAndNoSignalEndsTheProcess) {
  Pipe pipe;
  StdoutSink sink(pipe.writer(), {});
  ASSERT_TRUE(sink.open({}));
  ASSERT_TRUE(sink.write(make_batches(1, 1)));
  pipe.close_reader();
  const auto written = sink.write(make_batches(2, 2));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().what, "the program that reads standard output has ended");
  EXPECT_TRUE(written.error().hold);
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

// The reader stops in the middle of a line, for longer than it is waited for, then goes on: it sees whole
// lines only, and every row at least once.
TEST(StdoutSink, ASlowReaderNeverSeesHalfALine) {
  Pipe pipe;
  fcntl(pipe.writer(), F_SETPIPE_SZ, 4096);
  StdoutSink sink(pipe.writer(), {}, 5ms);
  const auto batches = make_batches(1, 40);
  std::string seen;
  int failures = 0;
  while (!sink.write(batches)) {
    ASSERT_LT(++failures, 100);
    // Room for one piece more; at last for all of it.
    if (failures < 5) {
      seen += pipe.read_some();
    } else {
      std::thread reader([&] { seen += pipe.read_all(); });
      while (!sink.write(batches)) {
      }
      pipe.close_writer();
      reader.join();
      break;
    }
  }
  EXPECT_EQ(failures, 5);
  std::set<std::pair<std::uint64_t, std::string>> rows;
  for (const JsonRow& row : parse_json_lines(seen))
    rows.emplace(row.batch, row.tags.at("interface"));
  EXPECT_EQ(rows.size(), 40 * rows_per_batch);
}

TEST(StdoutSink, AClosedDescriptorIsAFailure) {
  StdoutSink sink(-1, {});
  const auto opened = sink.open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().what, "standard output is closed");
}

}  // namespace
}  // namespace collector::test

#include "collector/transport/tls_front.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "collector/transport/tls_certificate.h"
#include "tests/support/certificates.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace collector::transport {
namespace {

using test::run_process;

// A server that answers each plain connection with what it was sent, until its end.
class TlsFrontTest : public ::testing::Test {
 protected:
  void TearDown() override {
    front_.reset();
    for (std::thread& thread : threads_)
      thread.join();
  }
  void start(const test::Certificates& certificates, std::size_t connections = 64,
             std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    front_ = std::make_unique<TlsFront>(TlsFront::Settings{
        .name = "tls",
        .certificate = certificates.certificate,
        .key = certificates.key,
        .connections = connections,
        .patience = patience,
        .listen = [this] { return listening(); },
        .accepted =
            [this](Descriptor plain, int) {
              threads_.emplace_back([this, end = plain.release()] { echo(Descriptor(end)); });
            }});
    for (int i = 0; i < 200 && connected().get() < 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  // -1: nobody listens.
  Descriptor connected() const {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = here();
    const bool is_there =
        connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    return is_there ? std::move(socket) : Descriptor();
  }
  sockaddr_in here() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    return address;
  }
  Result<Descriptor> listening() const {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (kept_by_kernel_ > 0)
      setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &kept_by_kernel_, sizeof kept_by_kernel_);
    const sockaddr_in address = here();
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(socket.get(), 16) != 0)
      return fail("no port");
    return socket;
  }
  void echo(Descriptor end) {
    std::string all;
    std::array<char, 4096> part{};
    pollfd event{end.get(), POLLIN, 0};
    while (poll(&event, 1, 20'000) > 0) {
      const auto count = recv(end.get(), part.data(), part.size(), 0);
      if (count <= 0) break;
      all.append(part.data(), static_cast<std::size_t>(count));
      const auto header = all.find("\r\n\r\n");
      if (header != std::string::npos) break;
    }
    ++asked_;
    while (!go_on_)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::string body(size_, 'x');
    std::string answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(size_) +
                         "\r\n\r\n" + body;
    std::string_view rest = answer;
    event.events = POLLOUT;
    while (!rest.empty() && poll(&event, 1, gives_up_after_) > 0) {
      const auto count = ::send(end.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    ++answered_;
  }
  // What curl says, its exit code and how many bytes came.
  test::Finished curl(const test::Certificates& certificates, const std::string& scheme = "https",
                      const std::string& more = "--tlsv1.2") const {
    return run_process({"/usr/bin/curl", "-sS", "--max-time", "20", "--cacert",
                        certificates.authority.string(), more, "-w", "%{http_code} %{size_download}", "-o",
                        "/dev/null", scheme + "://127.0.0.1:" + std::to_string(port_) + "/"});
  }

  test::TemporaryDirectory directory_;
  const std::uint16_t port_ = test::free_port();
  std::size_t size_ = 3'000'000;
  int kept_by_kernel_ = 0;       // bytes for a client; 0: as it likes
  int gives_up_after_ = 20'000;  // milliseconds, of a client that takes nothing
  std::atomic<int> asked_ = 0;
  std::atomic<bool> go_on_ = true;  // and answer
  std::atomic<int> answered_ = 0;
  std::vector<std::thread> threads_;
  std::unique_ptr<TlsFront> front_;
};

TEST_F(TlsFrontTest, CarriesWhatTheServerSays) {
  const auto certificates = test::make_certificates(directory_ / "a", "DNS:localhost,IP:127.0.0.1");
  start(certificates);
  const auto answer = curl(certificates);
  EXPECT_EQ(answer.out, "200 3000000") << answer.err;
  const auto old = run_process({"/usr/bin/curl", "-sS", "--max-time", "20", "-k", "--tls-max", "1.1",
                                "https://127.0.0.1:" + std::to_string(port_) + "/"});
  EXPECT_NE(old.exit_code, 0) << "nothing older than TLS 1.2";
  const auto plain = curl(certificates, "http");
  EXPECT_TRUE(plain.out.starts_with("400")) << plain.out << plain.err;
}

TEST_F(TlsFrontTest, ServesWithARenewedCertificate) {
  const auto first = test::make_certificates(directory_ / "a", "DNS:localhost,IP:127.0.0.1");
  const auto second = test::make_certificates(directory_ / "b", "DNS:localhost,IP:127.0.0.1");
  start(first);
  EXPECT_EQ(curl(first).out, "200 3000000");
  std::filesystem::copy_file(second.certificate, first.certificate,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(curl(first).out, "200 3000000") << "the key is not there yet: the old one goes on";
  std::filesystem::copy_file(second.key, first.key, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(curl(second).out, "200 3000000");
  EXPECT_NE(curl(first).exit_code, 0) << "it is signed by another";
}

TEST_F(TlsFrontTest, WhoSaysNothingHoldsUpNobody) {
  const auto certificates = test::make_certificates(directory_ / "a", "DNS:localhost,IP:127.0.0.1");
  start(certificates);
  std::vector<Descriptor> silent;
  for (int i = 0; i < 20; ++i) {
    silent.push_back(connected());
    ASSERT_GE(silent.back().get(), 0);
  }
  EXPECT_EQ(curl(certificates).out, "200 3000000") << curl(certificates).err;
}

// Room is made by those that stall, not waited for.
TEST_F(TlsFrontTest, MoreThanThereIsRoomForHoldUpNobody) {
  const auto certificates = test::make_certificates(directory_ / "a", "DNS:localhost,IP:127.0.0.1");
  start(certificates, 4, std::chrono::hours(1));
  std::vector<Descriptor> silent;
  for (int i = 0; i < 16; ++i)
    silent.push_back(connected());
  EXPECT_EQ(curl(certificates).out, "200 3000000") << curl(certificates).err;
}

// A client that takes nothing of the end of its answer keeps no thread busy, and goes.
TEST_F(TlsFrontTest, WhoTakesNothingIsLeftAlone) {
  const auto certificates = test::make_certificates(directory_ / "a", "DNS:localhost,IP:127.0.0.1");
  go_on_ = false;
  kept_by_kernel_ = 4096;
  size_ = 50'000'000;  // more than the kernel holds
  gives_up_after_ = 200;
  start(certificates, 64, std::chrono::milliseconds(500));
  const auto open_files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
  };
  const auto before = open_files();
  test::Process deaf({"/usr/bin/curl", "-sS", "--cacert", certificates.authority.string(), "-o", "/dev/null",
                      "https://127.0.0.1:" + std::to_string(port_) + "/"});
  while (asked_ == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  deaf.signal(SIGSTOP);
  go_on_ = true;
  while (answered_ == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (int i = 0; i < 1000 && open_files() > before; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_LE(open_files(), before) << "both ends are closed";
}

TEST(TlsCertificate, SaysWhatIsWrong) {
  const test::TemporaryDirectory directory;
  const auto one = test::make_certificates(directory / "a", "DNS:localhost");
  const auto other = test::make_certificates(directory / "b", "DNS:localhost");
  const auto problem_with = [](const std::filesystem::path& certificate, const std::filesystem::path& key) {
    std::string problem;
    TlsCertificate served(certificate, key);
    const bool is_served = served.current(problem) != nullptr;
    EXPECT_EQ(is_served, problem.empty());
    return problem;
  };
  EXPECT_EQ(problem_with(one.certificate, one.key), "");
  const std::string mixed = problem_with(one.certificate, other.key);
  EXPECT_NE(mixed.find(other.key.native()), std::string::npos) << mixed;
  EXPECT_NE(problem_with(directory / "none", one.key).find("none"), std::string::npos);
  test::write_file(directory / "text", "no certificate");
  EXPECT_NE(problem_with(directory / "text", one.key), "");
}

TEST(TlsCertificate, SaysWhenItsTimeIsNotAsItShouldBe) {
  using std::chrono::days;
  const WallTime now{days(20'000)};  // 2024-10-04
  const auto says = [&](days begins, days ends) {
    return mistake_in_validity({now + begins, now + ends}, now);
  };
  EXPECT_EQ(says(days(-10), days(80)), "");
  EXPECT_EQ(says(days(-70), days(20)), "");
  EXPECT_TRUE(says(days(-76), days(14)).starts_with("ends on 2024-10-18, in 14d: renew"))
      << says(days(-76), days(14));
  EXPECT_EQ(says(days(-3), days(3)), "") << "of six days, as some authorities give them";
  EXPECT_NE(says(days(-5), days(1)), "");
  EXPECT_TRUE(says(days(-90), days(0)).starts_with("has ended on 2024-10-04: ")) << says(days(-90), days(0));
  EXPECT_TRUE(says(days(1), days(90)).starts_with("is not one before 2024-10-05: "));
  EXPECT_EQ(mistake_in_validity({}, now), "");
  const test::TemporaryDirectory directory;
  const auto soon = test::make_certificates(directory / "a", "DNS:localhost", 1);
  const WallTime today = SystemClock().now().wall;
  EXPECT_EQ(mistake_in_certificate(soon.certificate, soon.key, today), "");
  const std::string later =
      mistake_in_certificate(soon.certificate, soon.key, today + std::chrono::hours(22));
  EXPECT_TRUE(later.starts_with(soon.certificate.native() + ": the certificate ends on ")) << later;
  EXPECT_NE(mistake_in_certificate(soon.certificate, soon.certificate, today), "");
}

}  // namespace
}  // namespace collector::transport

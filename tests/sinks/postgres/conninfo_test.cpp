#include "sinks/postgres/conninfo.h"

#include <gtest/gtest.h>

#include "sinks/postgres/connect.h"
#include "sinks/postgres/failure.h"

namespace collector::postgres_store {
namespace {

TEST(Conninfo, OneDatabaseHasOneNameInBothForms) {
  const std::string name = "postgresql://db.example.org:5432/metrics";
  EXPECT_EQ(target_of("postgresql://me:pass@db.example.org/metrics"), name);
  EXPECT_EQ(target_of("postgres://you:other@db.example.org:5432/metrics?sslmode=verify-full"), name);
  EXPECT_EQ(target_of("host=db.example.org dbname=metrics user=me password=pass"), name);
  EXPECT_EQ(target_of("  port = 5432 host='db.example.org' password='it\\'s = \"x\"' dbname=metrics"), name);
  EXPECT_EQ(target_of("postgresql:///metrics?host=db.example.org"), name);
  EXPECT_NE(target_of("host=db.example.org dbname=other"), name);
  EXPECT_NE(target_of("host=db.example.org port=6543 dbname=metrics"), name);
}

TEST(Conninfo, NamesHoldNoPassword) {
  for (const char* conninfo :
       {"postgresql://me:hunter2@host/db", "postgresql://me:hun@ter2@host/db", "password=hunter2 host=h",
        "password = 'hunter2'", "postgresql://host/db?password=hunter2", "postgresql://:hunter2@/",
        "host=h hunter2", ""})
    EXPECT_EQ(target_of(conninfo).find("ter2"), std::string::npos) << conninfo;
}

TEST(Conninfo, QuotedPartsOfAComplaintGo) {
  EXPECT_EQ(without_quotations("missing \"=\" after \"hunter2\" in string"),
            "missing \"***\" after \"***\" in string");
  EXPECT_EQ(without_quotations("unterminated \"hunter2"), "unterminated ***");
}

TEST(Conninfo, SecretsGoFromWhatIsSaid) {
  EXPECT_EQ(without_secrets("tried hunter2 twice, hunter2", {"hunter2"}), "tried *** twice, ***");
  EXPECT_EQ(without_secrets("no postgresql://me:other@host", {}), "no postgresql://me:***@host");
}

TEST(Conninfo, SqlstateIsFoundInAVerboseMessage) {
  EXPECT_EQ(sqlstate_in("connection to server at \"h\", port 1 failed: FATAL:  28P01: password wrong\n"
                        "LOCATION:  auth_failed, auth.c:338\n"),
            "28P01");
  EXPECT_EQ(sqlstate_in("SCHWERWIEGEND:  53300: zu viele"), "53300");
  EXPECT_EQ(sqlstate_in("could not connect: Connection refused"), "");
  EXPECT_EQ(sqlstate_in("FATAL:  abc"), "");
  EXPECT_EQ(sqlstate_in(""), "");
}

// Said by libpq 13 to 17 with OpenSSL 1.1 and 3.
TEST(ConnectAdvice, ExplainsCertificates) {
  const auto remedy = [](std::string_view message) {
    return std::string(advice_on_connecting(message).remedy);
  };
  EXPECT_NE(
      remedy("root certificate file \"/root/.postgresql/root.crt\" does not exist").find("sslrootcert="),
      std::string::npos);
  EXPECT_NE(
      remedy("SSL error: certificate verify failed: self-signed certificate in chain").find("authority"),
      std::string::npos);
  EXPECT_NE(remedy("SSL error: certificate verify failed").find("not trusted"), std::string::npos);
  EXPECT_NE(remedy("server certificate for \"a\" does not match host name \"b\"").find("another name"),
            std::string::npos);
  EXPECT_NE(remedy("SSL error: certificate has expired").find("clock"), std::string::npos);
  EXPECT_TRUE(advice_on_connecting("SSL error: certificate verify failed").hold);
  EXPECT_FALSE(advice_on_connecting("Connection refused").hold);
  EXPECT_NE(remedy("something else").find("network"), std::string::npos);
}

}  // namespace
}  // namespace collector::postgres_store

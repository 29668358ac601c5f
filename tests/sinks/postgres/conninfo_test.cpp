#include "sinks/postgres/conninfo.h"

#include <gtest/gtest.h>

#include "sinks/postgres/connection.h"
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

TEST(Conninfo, NamesHaveIPv6AddressesInBrackets) {
  EXPECT_EQ(target_of("postgresql://me:pass@[::1]:1/db"), "postgresql://[::1]:1/db");
  EXPECT_EQ(target_of("host=fe80::1,db.example.org,/run/a:b port=1,2,3 dbname=db"),
            "postgresql://[fe80::1],db.example.org,/run/a:b:1,2,3/db");
}

TEST(Conninfo, NamesHoldNoPassword) {
  for (const char* conninfo :
       {"postgresql://me:hunter2@host/db", "postgresql://me:hun@ter2@host/db", "password=hunter2 host=h",
        "password = 'hunter2'", "postgresql://host/db?password=hunter2", "postgresql://:hunter2@/",
        "host=h hunter2", ""})
    EXPECT_EQ(target_of(conninfo).find("ter2"), std::string::npos) << conninfo;
}

// As libpq reads it: what is written down here is what it is given.
TEST(Conninfo, IsTakenApartAsLibpqDoes) {
  const auto words = [](std::string_view text) {
    const auto parsed = parse_connection(text);
    return parsed ? *parsed : ConnectionWords{{"error", parsed.error().text()}};
  };
  using Words = ConnectionWords;
  EXPECT_EQ(words(""), Words{});
  EXPECT_EQ(words("postgresql://"), Words{});
  EXPECT_EQ(words("postgres://u:p%40%2F%3F%23%25@h:5433/d%2Fb?sslmode=require&options=endpoint%3Dx"),
            (Words{{"user", "u"},
                   {"password", "p@/?#%"},
                   {"host", "h"},
                   {"port", "5433"},
                   {"dbname", "d/b"},
                   {"sslmode", "require"},
                   {"options", "endpoint=x"}}));
  EXPECT_EQ(words("postgresql://u:a:b@/d"), (Words{{"user", "u"}, {"password", "a:b"}, {"dbname", "d"}}));
  EXPECT_EQ(words("postgresql://a:1,[::1]:2,%2Frun%2Fpg/d"),
            (Words{{"host", "a,::1,/run/pg"}, {"port", "1,2,"}, {"dbname", "d"}}));
  EXPECT_EQ(words("postgresql:///d?host=/run/postgresql&ssl=true"),
            (Words{{"host", "/run/postgresql"}, {"dbname", "d"}, {"sslmode", "require"}}));
  EXPECT_EQ(words(" host = h  password='it\\'s \\\\' dbname=d\\ b user="),
            (Words{{"host", "h"}, {"password", "it's \\"}, {"dbname", "d b"}, {"user", ""}}));
}

// What can be read in two ways is not read at all: a part of the password could be taken for the host.
TEST(Conninfo, WhatIsNotCertainIsRefusedAndNothingOfItShown) {
  for (const char* text : {"postgresql://u:hunter2@ter2@h/d",
                           "postgresql://u:hunter2@ter2:ter2@h/d",
                           "postgresql://u:hunter2/ter2@h/d",
                           "postgresql://u:hunter2?ter2@h/d",
                           "postgresql://u:hunter2?ter2=1@h/d",
                           "postgresql://u:hunter2#ter2@h/d",
                           "postgresql://u:hunter2 ter2@h/d",
                           "postgresql://u:hunter2%ter2@h/d",
                           "postgresql://u:hunter2%00@h/d",
                           "postgresql://u:hunter2",
                           "postgresql://h/d/hunter2",
                           "postgresql://h/d?hunter2",
                           "postgresql://h/d?hunter2=1",
                           "postgresql://[::1hunter2/d",
                           "u:hunter2@h",
                           "hunter2",
                           "host=h password=a hunter2",
                           "host=h hunter2=1",
                           "password='hunter2",
                           "mysql://u:hunter2@h/d",
                           "postgresql+hunter2://h/d",
                           "host=hun@ter2",
                           "sslmode=hunter2",
                           "port=hunter2"}) {
    const auto parsed = parse_connection(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().text().find("ter2"), std::string::npos) << parsed.error().text();
    EXPECT_FALSE(parsed.error().remedy.empty()) << text;
    EXPECT_EQ(target_of(text).find("ter2"), std::string::npos) << text;
  }
}

// libpq takes each of these, and the sink could not write, or would follow settings that nobody has checked.
TEST(Conninfo, WordsThatASinkCanNotWorkWithAreRefused) {
  for (const char* words : {"service=metrics",
                            "servicefile=/etc/services",
                            "client_encoding=latin1",
                            "client_encoding=UTF8",
                            "replication=database",
                            "replication=false",
                            "sslkeylogfile=/tmp/keys",
                            "target_session_attrs=read-only",
                            "target_session_attrs=standby",
                            "target_session_attrs=prefer-standby",
                            "connect_timeout=0",
                            "connect_timeout=3601",
                            "keepalives_idle=32768",
                            "keepalives_count=128",
                            "keepalives_interval=-1",
                            "tcp_user_timeout=-1",
                            "require_auth=scram",
                            "require_auth=md5,!password",
                            "min_protocol_version=3.1",
                            "min_protocol_version=latest max_protocol_version=3.0",
                            "ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2",
                            "sslnegotiation=direct",
                            "sslnegotiation=direct sslmode=prefer",
                            "sslrootcert=system sslmode=require",

                            "dbname=postgres://u@h/d",
                            "dbname='host=other user=me'",
                            "dbname=' port = 5'",
                            "options='--default_transaction_read_only=on'"}) {
    const auto parsed = parse_connection(std::string("host=h dbname=d ") + words);
    ASSERT_FALSE(parsed) << words;
    EXPECT_TRUE(parsed.error().what.starts_with(
        std::string_view(words).substr(0, std::string_view(words).find_first_of("="))))
        << parsed.error().text();
    EXPECT_FALSE(parsed.error().remedy.empty()) << words;
  }
  for (const char* words :
       {"target_session_attrs=primary", "connect_timeout=3600", "keepalives_idle=32767", "keepalives_count=0",
        "require_auth=!password,!md5", "require_auth=scram-sha-256,gss", "tcp_user_timeout=60000",
        "ssl_min_protocol_version=TLSv1.2 ssl_max_protocol_version=TLSv1.2",
        "ssl_min_protocol_version=TLSv1.3", "sslnegotiation=direct sslmode=require", "sslrootcert=system",
        "sslrootcert=system sslmode=verify-full",
        "options='-c statement_timeout=60s -c default_transaction_read_only=off'", "options=endpoint=x",
        "gssencmode=disable requirepeer=postgres", "dbname='a=b'", "dbname=host", "dbname="}) {
    const auto parsed = parse_connection(std::string("host=h dbname=d ") + words);
    EXPECT_TRUE(parsed) << words << ": " << parsed.error().text();
  }
}

TEST(Conninfo, EveryMistakeIsFound) {
  const auto found = [](std::string_view text) {
    std::vector<std::string> mistakes;
    for (const Error& mistake : read_connection(text).mistakes)
      mistakes.push_back(mistake.what);
    return mistakes;
  };
  using Mistakes = std::vector<std::string>;
  const std::string port = "port is not a number from 1 to 65535";
  const std::string mode = "sslmode has a value that libpq does not know";
  EXPECT_EQ(found("host=h port=x sslmode=foo connect_timeout=0 sslrootcert=system hostt=b userr=c"),
            (Mistakes{"libpq does not know number 6 of its parameters",
                      "libpq does not know number 7 of its "
                      "parameters",
                      "connect_timeout is not a number from 1 to 3600", port, mode}));
  EXPECT_EQ(found("postgresql://h/d?sslmode=foo&nothing=1&port=0"),
            (Mistakes{"libpq does not know number 2 of its parameters", port, mode}));
  // What has to go together is not judged by values that are wrong themselves.
  EXPECT_EQ(found("host=a,b port=x,2,3 sslnegotiation=direct"), Mistakes{port});
  EXPECT_EQ(found("host=a,b hostaddr=::1 port=1,2,3 sslnegotiation=direct ssl_min_protocol_version=TLSv1.3 "
                  "ssl_max_protocol_version=TLSv1.2")
                .size(),
            4U);
  const std::string host_port = "the text after the host's : is not a port from 1 to 65535";
  EXPECT_EQ(found("postgresql://h:99999/d?sslmode=foo"), (Mistakes{host_port, mode}));
  // What can't be taken apart has no words to be judged; this may be a password.
  EXPECT_EQ(found("postgresql://h:ter2/d?sslmode=foo"), Mistakes{host_port});
  EXPECT_EQ(found("sslmode=foo password='open"), Mistakes{"it contains a ' that is not closed"});
  EXPECT_EQ(found("host=h"), Mistakes{});
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

//===- CatalogTest.cpp - records, holdout and the survey ------------------===//

#include "DataFixture.h"

#include "runtime/Base/Hash.h"
#include "runtime/Base/Random.h"
#include "runtime/Data/CatalogHoldout.h"
#include "runtime/Data/CatalogText.h"

#include <cstdlib>
#include <sys/stat.h>

using namespace dsc;

namespace {

class CatalogTest : public DataTest {
protected:
  SourceSpec text(const std::string &file, const std::string &record) const {
    SourceSpec spec;
    spec.name = "words";
    spec.kind = "text";
    spec.path = file;
    spec.record = record;
    return spec;
  }

  /// The records of `bytes` as the streams see them.
  std::vector<std::string> records(const std::string &bytes,
                                   const std::string &record) const {
    SourceSpec spec = text(write("split.txt", bytes), record);
    std::vector<MappedFile> files = openFiles(spec.path);
    std::vector<std::string> result;
    for (const TextRecord &r : splitText(files, spec))
      result.push_back(std::string(r.data, r.bytes) +
                       std::string(r.missingNewlines, '\n'));
    return result;
  }

  std::string surveyFails(const SourceSpec &spec) const {
    return refusal([&] { surveySource(spec, "bytes", 4, 1); });
  }
};

using Strings = std::vector<std::string>;

TEST_F(CatalogTest, LinesKeepTheirNewline) {
  EXPECT_EQ(records("one\ntwo\n", "line"), (Strings{"one\n", "two\n"}));
  EXPECT_EQ(records("one\r\n\r\ntwo\r\n", "line"),
            (Strings{"one\r\n", "\r\n", "two\r\n"}));
}

TEST_F(CatalogTest, LastLineGetsTheNewlineThatItLacks) {
  EXPECT_EQ(records("one\ntwo", "line"), (Strings{"one\n", "two\n"}));
}

TEST_F(CatalogTest, ParagraphsEndAfterTheirBlankLines) {
  EXPECT_EQ(records("\na\nb\n\n \nc\n\n", "paragraph"),
            (Strings{"\na\nb\n\n \n", "c\n\n"}));
  EXPECT_EQ(records("a\r\n\r\nb\r\n\r\n", "paragraph"),
            (Strings{"a\r\n\r\n", "b\r\n\r\n"}));
}

TEST_F(CatalogTest, LastParagraphIsClosed) {
  EXPECT_EQ(records("a\n\nb\n", "paragraph"), (Strings{"a\n\n", "b\n\n"}));
  EXPECT_EQ(records("a\n\nb", "paragraph"), (Strings{"a\n\n", "b\n\n"}));
  EXPECT_EQ(records("\n", "paragraph"), (Strings{"\n"}));
}

TEST_F(CatalogTest, FilesAreTakenAsTheyAre) {
  EXPECT_EQ(records("a\nb", "file"), (Strings{"a\nb"}));
}

TEST_F(CatalogTest, RecordsOfAnyBytesJoinToTheFile) {
  RandomStream random(5, "bytes");
  for (uint64_t round = 0; round < 300; ++round) {
    std::string bytes;
    for (uint64_t i = 0; i < round % 40; ++i) // mostly newlines and blanks
      bytes += "\n\n\r ab\0\xFF"[random.words(round, i)[0] % 8];
    for (std::string kind : {"line", "paragraph", "file"}) {
      std::string all;
      for (const std::string &record : records(bytes, kind)) {
        EXPECT_NE(record, "");
        all += record;
      }
      ASSERT_TRUE(all.starts_with(bytes));
      EXPECT_LE(all.size() - bytes.size(), kind == "paragraph" ? 2u : 1u);
      EXPECT_EQ(all.find_first_not_of('\n', bytes.size()), std::string::npos);
    }
  }
}

TEST_F(CatalogTest, LimitTakesTheFirstRecords) {
  write("a.txt", "1\n2\n");
  write("b.txt", "3\n4\n");
  SourceSpec spec = text(path("*.txt"), "line");
  spec.limit = 3;
  EXPECT_EQ(surveySource(spec, "bytes", 1, 0).records, 3);
}

TEST_F(CatalogTest, HoldoutIsExactDisjointAndStable) {
  for (uint64_t records : {1u, 7u, 20u, 1000u, 4097u})
    for (double fraction : {0.0, 0.05, 0.5, 1.0}) {
      RecordSplit split = splitRecords(records, fraction, 3);
      EXPECT_EQ(split.heldOut.size(),
                uint64_t(std::llround(fraction * double(records))));
      std::vector<bool> seen(records);
      for (const auto &part : {split.training, split.heldOut})
        for (uint32_t record : part) {
          ASSERT_LT(record, records);
          EXPECT_FALSE(seen[record]);
          seen[record] = true;
        }
      EXPECT_EQ(split.training.size() + split.heldOut.size(), records);
      EXPECT_EQ(split.heldOut, splitRecords(records, fraction, 3).heldOut);
    }
  EXPECT_NE(splitRecords(1000, 0.05, 3).heldOut,
            splitRecords(1000, 0.05, 4).heldOut);
}

TEST_F(CatalogTest, HoldoutIsSpreadOverTheFile) {
  RecordSplit split = splitRecords(100000, 0.1, 11);
  std::vector<int> tenth(10);
  for (uint32_t record : split.heldOut)
    ++tenth[record / 10000];
  for (int count : tenth) // 1000 expected, standard deviation 30
    EXPECT_NEAR(count, 1000, 150);
}

TEST_F(CatalogTest, SurveyCountsSamplesAndHashesFiles) {
  SourceSpec spec = text(write("a.txt", "abc\nde\nfghi\n"), "line");
  SourceFacts facts = surveySource(spec, "bytes", 4, 0);
  EXPECT_EQ(facts.records, 3);
  EXPECT_EQ(facts.trainingSamples, 2); // 12 tokens, 11 of them targets
  EXPECT_EQ(facts.heldOutSamples, 0);
  ASSERT_EQ(facts.files.size(), 1u);
  EXPECT_EQ(facts.files[0].bytes, 12u);
  EXPECT_EQ(facts.files[0].sha256, sha256Hex("abc\nde\nfghi\n"));
}

TEST_F(CatalogTest, GlobsAndVariables) {
  write("b.txt", "b\n");
  write("a.txt", "a\n");
  write("c.log", "c\n");
  setenv("DSC_TEST_FOLDER", path("").c_str(), 1);
  SourceFacts facts =
      surveySource(text("${DSC_TEST_FOLDER}*.txt", "line"), "bytes", 1, 0);
  ASSERT_EQ(facts.files.size(), 2u);
  EXPECT_EQ(facts.files[0].path, path("a.txt"));
  EXPECT_EQ(facts.files[1].path, path("b.txt"));
  unsetenv("DSC_TEST_FOLDER");
  EXPECT_THAT(surveyFails(text("${DSC_TEST_FOLDER}a", "line")),
              ::testing::HasSubstr("DSC_TEST_FOLDER, which is not set"));
}

TEST_F(CatalogTest, WhatCannotBeRead) {
  using ::testing::HasSubstr;
  EXPECT_THAT(surveyFails(text(path("none"), "line")),
              HasSubstr("No such file"));
  EXPECT_THAT(surveyFails(text(path("*.none"), "line")),
              HasSubstr("no data file matches"));
  EXPECT_THAT(surveyFails(text("/usr/share/dict/absent", "line")),
              HasSubstr("miscfiles"));
  EXPECT_THAT(surveyFails(text(path(""), "line")), HasSubstr("is a directory"));
  mkfifo(path("pipe").c_str(), 0600);
  EXPECT_THAT(surveyFails(text(path("pipe"), "line")),
              HasSubstr("no regular file"));
  EXPECT_THAT(surveyFails(text(write("empty", ""), "line")),
              HasSubstr("holds no records"));
}

TEST_F(CatalogTest, WhatIsNotSupported) {
  using ::testing::HasSubstr;
  SourceSpec spec = text(write("a.txt", "a\n"), "word");
  EXPECT_THAT(surveyFails(spec), HasSubstr("unknown record 'word'"));
  spec.kind = "tokens";
  EXPECT_THAT(surveyFails(spec), HasSubstr("not supported yet"));
  EXPECT_EQ(vocabularySize("bytes"), 256);
  EXPECT_THAT(refusal([] { vocabularySize("tokenizer.json"); }),
              HasSubstr("not supported yet"));
}

TEST_F(CatalogTest, HoldoutOfNothingIsRefused) {
  using ::testing::HasSubstr;
  SourceSpec spec = text(write("a.txt", "a\nb\n"), "file");
  spec.holdout = 0.05;
  EXPECT_THAT(surveyFails(spec), AllOf(HasSubstr("5% of 1 record is none"),
                                       HasSubstr("record = \"line\"")));
  spec.record = "line";
  spec.holdout = 0.99;
  EXPECT_THAT(surveyFails(spec), HasSubstr("leaves none to train on"));
}

} // namespace

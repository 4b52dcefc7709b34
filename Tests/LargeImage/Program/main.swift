import Ballast
import Kernel

// A kernel with 28 MiB of constants and data, which looks at all of them: they are there, and what
// Swift has beside them (strings, an array that the compiler built) is too.
boot { _ in
  let words = ["constants", "data"]
  print("\(words[0]): \(ballast_right_constants()) of \(ballast_constant_count()) words are right")
  print("\(words[1]): \(ballast_right_data()) of \(ballast_data_count()) words are right")
  let isRight =
    ballast_right_constants() == ballast_constant_count() && ballast_constant_count() == 20 << 17
  if !isRight { fatalError("the image is not what was linked") }
}

# Every word of the pages, in English. Another language is a copy of this file under its own code (de.ftl).
# Sections follow the modules of dashboard/; a key begins with its page. "Gaze" is where the eyes point:
# no text may say what somebody thought or felt.

## shell: what surrounds every page

shell-skip = Skip to the content
shell-pages = Pages
shell-menu = Menu
shell-breadcrumb = Breadcrumb
shell-teach = Teach
shell-design = Design
shell-administer = Administer
shell-lessons = Lessons
shell-upload = Upload
shell-search = Search
shell-search-key = Search everything; the key / leads here
shell-in-course = In { $course }
shell-scheme = Colour scheme
shell-scheme-light = Light
shell-scheme-dark = Dark
shell-scheme-auto = Auto
shell-queue = { $unfinished } of { $total } sessions in work
shell-queue-share = Share of sessions ready
shell-copy-link = Copy link
shell-link-copied = Link copied
shell-copy-failed = The link could not be copied. It is in the address bar.
shell-needs-javascript = Gazeboard needs JavaScript, which this browser has switched off.

## pages: the titles of windows

page-lessons = Lessons
page-lesson = Lesson
page-design = Slides
page-administer = Courses
page-slide = Slide
page-session = Session
page-replay = Replay
page-upload = Upload
page-library = Library
page-search = Search

## states: empty, wrong, forbidden

state-nowhere-title = There is nothing at this address
state-nowhere = It may have been typed wrongly, or what was here has been deleted.
state-nowhere-way = Go to the lessons
state-forbidden-title = This is not for you to see
state-forbidden = Ask whoever runs Gazeboard at your school if you think it should be.
state-refused-title = This request was refused
state-broken-title = Something went wrong here
state-broken = The page could not be made. What was stored is safe. Reload the page; if it happens again, tell whoever runs Gazeboard the time of this message.

## overview: the teacher's home

overview-lead-none = No lessons yet.
overview-lead = { $courses } with { $lessons }.
overview-lead-unseen = No session can be looked at so far.
overview-lead-seen = { $sessions } of { $students } can be looked at so far.
overview-courses = { $n ->
    [one] 1 course
   *[other] { $n } courses
 }
overview-lessons = { $n ->
    [one] 1 lesson
   *[other] { $n } lessons
 }
overview-sessions = { $n ->
    [one] 1 session
   *[other] { $n } sessions
 }
overview-of-students = { $n ->
    [one] 1 student
   *[other] { $n } students
 }
overview-slides = { $n ->
    [one] 1 slide
   *[other] { $n } slides
 }
overview-latest = What happened last
overview-latest-waiting = What was found is being put together…
overview-all = All lessons
overview-find = Find a lesson
overview-words = Find by title
overview-course = Course
overview-all-courses = all courses
overview-none-found = No lesson fits. Take something out of the search.
overview-found = { $found } of { $lessons } lessons.
overview-show-all = Show all
overview-tracked = { $tracked } of { $students } students could be tracked well enough.
overview-not-tracked = Not { $names }, which does not mean that they did not look.
overview-not-tracked-more = Not { $names } and { $more } more, which does not mean that they did not look.
overview-no-sessions = { $slides }, no sessions yet
overview-in-work = ({ $n } in work)
overview-lesson = { $slides }, { $sessions }, last { $last }
overview-students = students
overview-tracked-mean = tracked
overview-error = error
overview-assumed = (assumed)
overview-empty-title = Nothing here yet
overview-empty = Slides can be brought in on the page Library, then the sessions of students on the page Upload.
overview-empty-command = A lesson that is a folder with lesson.json comes in on the command line:

## work: what is being worked on, and what failed

work-title = In work
work-label = Sessions in work
work-finished = { $finished } of { $total } sessions finished
work-waiting = { $n ->
    [one] 1 session waiting
   *[other] { $n } sessions waiting
 }
work-new = New session
work-stage-start = Starting
work-stage-render = Rendering a demo student
work-stage-ingest = Reading the recording
work-stage-face = Finding face and eyes
work-stage-gaze = Working out the gaze
work-stage-events = Finding fixations and blinks
work-stage-store = Saving
work-failed = Could not be processed
work-failed-more = and { $n } more

## design: the course designer's home

design-waiting = The slides of the school are being gone through…
design-lead-none = No slides yet.
design-lead = { $clear } of { $seen } slides that were looked at differ from their design by more than chance.
design-lead-missed = { $missed } of { $regions } required regions were missed by at least a quarter of the students.
design-title = Which slides and regions need work
design-note = Gap score, 0 to 1: how far looking is from what was intended. Dot: score, band: 95 % interval over students, line: what chance alone gives.
design-view = What is listed
design-view-slides = Slides
design-view-regions = Required regions
design-find = Find slides
design-words = Find by title
design-all-lessons = all lessons
design-lesson = Lesson
design-clear-only = only gaps clear of chance
design-none = No slide fits. Take something out of the search.
design-slide = Slide
design-region = Region
design-gap = Gap score
design-missed = Required missed
design-missed-title = Required regions that at least a quarter of the tracked students never looked at, of all required ones.
design-missed-by = Missed by
design-order = Order, tau
design-students = Students
design-version = Version
design-slide-name = { $number } { $title }
design-of = { $n } of { $exposed }
design-clear = clear of chance
design-chance = within chance
design-gap-words = gap score { $score }, 95 % interval { $low } to { $high }, by chance { $chance }
design-share-words = missed by { $missed } of { $tracked } students, 95 % interval { $low } to { $high }
design-editor = Editor
design-edit = Edit regions
design-edit-slide = Edit the regions of { $slide }
design-regions-download = All required regions, with how many missed each:

## administer: the administrator's home

administer-lead = { $courses ->
    [one] 1 course
   *[other] { $courses } courses
 }, { $sessions ->
    [one] 1 session
   *[other] { $sessions } sessions
 }.
administer-lead-work = { $n ->
    [one] 1 is in work.
   *[other] { $n } are in work.
 }
administer-lead-failed = { $n ->
    [one] 1 session could not be processed.
   *[other] { $n } sessions could not be processed.
 }
administer-lead-fine = Consent is recorded of all of them, and none failed.
administer-compare = Open in Compare
administer-courses = How the courses compare
administer-courses-label = Courses side by side: each class in a lesson, and the mean of the course with its interval
administer-courses-waiting = The courses are being put side by side…
administer-first = Only the first { $shown } of { $courses } courses are shown; the others can be chosen in Compare.
administer-quality = Data quality
administer-quality-note = Tracked: share of the time that slides were shown, mean over recordings. Error: typical distance between true and measured gaze, in degrees of sight, median.
administer-quality-none = There are no recordings yet.
administer-quality-words = { $sessions ->
    [one] 1 recording,
   *[other] { $sessions } recordings,
 } tracked for { $tracked } of the time on average. { $poorly } were tracked for less than { $least }, which says nothing about looking; { $uncalibrated } without a calibration.
administer-by-course = By course, the least tracked first
administer-by-week = By week in which recordings came
administer-worst = Tracked least: look at light, camera and place first
administer-worst-line = , { $course }, { $lesson }: tracked { $tracked }, { $day }
administer-course = Course
administer-week = Week
administer-week-of = from { $day }
administer-no-course = no course yet
administer-sessions = Sessions
administer-tracked-share = Tracked
administer-poorly-n = Hardly tracked
administer-error-deg = Error
administer-uncalibrated-n = Uncalibrated
administer-consent = Consent
administer-consent-nobody = There are no sessions yet.
administer-consent-all = { $sessions ->
    [one] Consent is recorded of the one session.
   *[other] Consent is recorded of all { $sessions } sessions.
 }
administer-consent-without = { $without } of { $sessions } sessions have no recorded consent.
administer-consent-version = Version
administer-consent-none = none recorded
administer-consent-oldest = Oldest
administer-storage = Storage
administer-storage-waiting = The files are being measured…
administer-storage-words = { $total } are stored.
administer-storage-videos = { $n ->
    [0] No recording of a finished session is kept.
    [one] The recording of one finished session is kept ({ $size }).
   *[other] The recordings of { $n } finished sessions are kept ({ $size }).
 }
administer-storage-bin = { $n ->
    [0] The bin is empty of sessions.
    [one] Emptying the bin of one session would free { $size }.
   *[other] Emptying the bin of { $n } sessions would free { $size }.
 }
administer-storage-kind = What
administer-storage-lake = Gaze and fixations
administer-storage-uploads = Recordings as they came
administer-storage-observations = Observations of faces
administer-storage-lessons = Slides
administer-storage-rollups = Summaries
administer-storage-library = Delete, restore and empty the bin in the library
administer-size = Size
administer-share = Share
administer-queue = Queue
administer-queue-words = { $waiting } waiting, { $running } in work, { $failed } failed.
administer-retry = Try again
administer-nothing-kept = nothing kept to try again from

## listing: long tables, sorted and in pieces

listing-shown = { $first } to { $last } of { $rows }
listing-back = Back
listing-on = Next
listing-pieces = Pieces of the table

## summary: what was summed up of many sessions

summary-pending = { $n ->
    [one] One recording is still being summed up
   *[other] { $n } recordings are still being summed up
 }: the figures will be without { $n ->
    [one] it
   *[other] them
 } for a moment.

## findings: what to look at first in a lesson

findings-title = Look at these first
findings-slide = Slide { $number }
findings-replay = Replay it
findings-how = How these are chosen and ordered
findings-rule = Told are required regions that at least a quarter of the tracked students never looked at; regions that got at least 5 points more or less of the looking than intended, where that is clear of chance; times of at least 15 seconds in which three in ten or more of those tracked looked elsewhere; and slides on which fewer than half of those who had them open were tracked well enough. The largest share of the students, or of their looking, comes first. Regions smaller than the error of measurement are not judged.
findings-none = Nothing stands out: no required region was missed by many, no region is clearly off its intended share, and the class was never elsewhere for long.
findings-unknown = Nobody was tracked well enough yet to say where the class looked.
findings-missed = { $missed ->
    [one] One of { $tracked } never looked at “{ $region }”, which is required.
   *[other] { $missed } of { $tracked } never looked at “{ $region }”, which is required.
 }
findings-less = “{ $region }” got { $observed } of the looking; { $expected } was intended ({ $students } students).
findings-more = “{ $region }” took { $observed } of the looking; { $expected } was intended ({ $students } students).
findings-together = Taken together, looking at the regions differs from the design by more than chance (gap score { $score }, { $students } students), though no single region stands out.
findings-away = From { $start } to { $end } { $part } looked elsewhere than at the slide ({ $away } of the { $tracked } tracked at a time).
findings-untracked = { $shown } of the { $exposed } students who had it open could be tracked well enough: too few to say where the class looked.
findings-part-third = one student in three
findings-part-half = every second student
findings-part-two-thirds = two students in three
findings-part-most = three students in four
findings-part-nearly-all = nearly all students

## lesson: the page of a lesson

lesson-lead = { $students ->
    [one] One student
   *[other] { $students } students
 }, last session { $last }. { $counted } of them count on every slide that they had open.
lesson-replay = Replay
lesson-compare = Compare
lesson-lead-none = No session of this lesson has been processed yet.
lesson-on-slides = { $n ->
    [one] slide { $slides }
   *[other] slides { $slides }
 }
lesson-time-title = The class over time
lesson-time-note = Share of all students who had the slide open, whoever counts elsewhere; slides in order, each from when it was opened. Outlined: a time named above. A click opens the slide.
lesson-time-label = Share of students with gaze on the slide over time
lesson-time-empty = No session has been processed yet.
lesson-time-on = on the slide
lesson-time-elsewhere = elsewhere
lesson-time-untracked = not tracked (says nothing about looking)
lesson-time-axis = time in the lesson (min:s)
lesson-time-share = share of students
lesson-time-in-numbers = In numbers, slide by slide
lesson-time-head-slide = Slide
lesson-time-head-when = From, to (min:s)
lesson-time-head-on = On the slide
lesson-time-head-elsewhere = Elsewhere
lesson-time-head-untracked = Not tracked
lesson-time-head-students = Students
lesson-time-span = { $start } to { $end }

## left-out: who could not be tracked

left-out-title = Who could not be tracked well enough
left-out-nobody = { $students ->
    [one] The one student counts on every slide that they had open.
   *[other] All { $students } students count on every slide that they had open.
 }
left-out-lead = { $out ->
    [one] One of { $students } students does not count on some slides.
   *[other] { $out } of { $students } students do not count on some slides.
 }
left-out-meaning = That is not the same as not looking: where they looked is unknown, so they are counted neither among those who looked at a region nor among those who missed it.
left-out-student = Student
left-out-why = Why
left-out-where = Where
left-out-everywhere = everywhere
left-out-tracked = Tracked, all slides
left-out-error = Typical error

## filmstrip: the slides of a lesson

filmstrip-title = Slides
filmstrip-note = Coloured bar: looked at. Thin line: intended. Gap score with its 95 % interval.
filmstrip-nobody = Nobody was shown this slide.
filmstrip-gap = { $low } to { $high }; chance gives { $chance }
filmstrip-students = { $shown } of { $exposed } students count
filmstrip-reach = { $required ->
    [one] Reached by all: { $everybody } of one required region
   *[other] Reached by all: { $everybody } of { $required } required regions
 }
filmstrip-missed = { $region } missed by { $missed }
filmstrip-small = { $n ->
    [one] 1 region smaller than error
   *[other] { $n } regions smaller than error
 }
filmstrip-no-data = no data
filmstrip-score = gap { $score }

## quiz: looking and answering

quiz-title = Looking and quiz answers
quiz-note = Share of looking at the regions that a question is about, of students who answered it right and of those who answered it wrong. A relation is not a cause: who knew the answer may have known where to look.
quiz-waiting = Quiz answers are being put beside the gaze…
quiz-caption = Looking and answering, by question
quiz-question = Question
quiz-head-right-share = Right
quiz-head-wrong-share = Wrong
quiz-head-difference = Difference, points
quiz-head-low = 95 % interval
quiz-head-p-holm = p, after Holm
quiz-how = Quiz results can be put beside the gaze:
quiz-together = All questions together
quiz-interval = { $low } to { $high }
quiz-answers = { $right } right, { $wrong } wrong
quiz-too-few = too few
quiz-p-small = below 0.001

## sessions: a table of recordings

sessions-title = Sessions
sessions-note = One line a recording. Error: typical distance between true and measured gaze, in degrees of sight.
sessions-none = No session has been uploaded for this lesson yet.
sessions-student = Student
sessions-came = Date
sessions-state = State
sessions-tracked = Tracked
sessions-error = Error
sessions-rate = Sampling rate
sessions-remarks = Remarks
sessions-state-queued = waiting
sessions-state-running = in work
sessions-state-done = ready
sessions-state-failed = failed
sessions-error-deg = { $deg }°
sessions-error-assumed = { $deg }° assumed
sessions-synthetic = synthetic
sessions-uncalibrated = uncalibrated
sessions-often-untracked = often not tracked
sessions-no-reason = No reason was recorded.

## rules: whose recordings count

rules-title = Who counts
rules-tracked = tracked at least
rules-tracked-after = of the time
rules-tracked-label = Share of the time that gaze has to be tracked, percent
rules-accuracy = off by at most
rules-accuracy-any = any
rules-accuracy-label = Largest error on validation dots, degrees; empty for any
rules-uncalibrated = uncalibrated:
rules-uncalibrated-label = Recordings without a calibration
rules-uncalibrated-auto = left out if others are calibrated
rules-uncalibrated-never = never counted
rules-uncalibrated-count = counted
rules-group = group
rules-group-label = Group of students
rules-group-all = all students
rules-period = came
rules-since-label = Recordings that came from this day on
rules-since = from
rules-until = to
rules-until-label = Recordings that came until this day
rules-version = version
rules-version-label = Version of the slide that was seen
rules-version-present = { $version }, the present one
rules-nobody = Nobody is left out.
rules-left-out = { $n } left out: { $names }
rules-left-out-more = { $n } left out: { $names } and { $more } more
rules-said-tracked = Tracked at least { $percent } % of the time
rules-said-accuracy = off by at most { $degrees }°
rules-said-auto = uncalibrated left out if others are calibrated
rules-said-never = uncalibrated never counted
rules-said-count = uncalibrated counted
rules-said-group = { $group }
rules-said-since = from { $day }
rules-said-until = until { $day }
rules-said-version = version { $version } of the slide

## report: the PDF of a lesson or a comparison

report-link = Report (PDF)
report-link-busy = Making the report…
report-link-failed = The report could not be made
report-busy = Another report is being made. Ask again in a moment.
report-comparison = Comparison
report-comparison-synthetic = At least some of the recordings are synthetic: of rendered students, not of people.
report-read-comparison = Courses and lessons are compared by what each student did with what was shown to them, so that who saw more does not count for more. p says how often chance alone would make a difference as large, and is made larger for the number of differences looked at; from 0.05 on a difference may be chance.
report-comparison-parameters = Groups of fewer than { $least } students are not shown, so that nobody can be told. Students count who were tracked for at least { $tracked } of a slide's time. Intervals: 95% from { $resamples } resamples of the students.
report-subject = Where gaze fell, and what the content intended
report-page = { $number } / { $pages }
report-seconds = { $seconds } s
report-n = n = { $n }
report-of = { $part } of { $whole }
report-interval = { $low } to { $high }
report-slide = Slide
report-slide-number = Slide { $number }.
report-students = Students
report-region = Region
report-region-shares = { $looked } of { $intended }
report-synthetic = synthetic
report-synthetic-note = { $synthetic ->
        [1] { $sessions ->
            [1] The recording is synthetic: of a rendered student, not of a person.
           *[other] 1 of { $sessions } recordings is synthetic: of a rendered student, not of a person.
        }
       *[other] { $synthetic } of { $sessions } recordings are synthetic: of rendered students, not of people.
    }
report-look-first = Look at these first
report-who-counts = Who counts
report-rule-tracked = Recordings count in which gaze was tracked for at least { $share } of the time that a slide was shown.
report-rule-accuracy = They may be off by at most { $degrees }° on validation dots.
report-rule-uncalibrated-auto = Uncalibrated recordings are left out where there are calibrated ones.
report-rule-uncalibrated-never = Uncalibrated recordings do not count.
report-rule-uncalibrated-count = Uncalibrated recordings count too.
report-rule-group = Only students of the group “{ $group }” were asked for.
report-rule-between = Only recordings that came from { $since } to { $until } count.
report-rule-since = Only recordings that came from { $since } on count.
report-rule-until = Only recordings that came until { $until } count.
report-rule-students = Only these students were asked for: { $students }.
report-left-out = Left out:
report-nobody-left-out = Nobody is left out.
report-nobody-shown = Nobody's gaze can be shown.
report-glance = The slides at a glance
report-glance-note = Dot: gap score, 0 as intended, 1 all elsewhere. Band: 95 % interval. Black tick: what chance alone gives so few students. Grey dots do not stand clear of chance.
report-gap-axis = 0 to { $end }
report-gap-score = Gap score
report-reached-by-all = Required regions reached by all
report-over-time = The class over time
report-over-time-note = Share of all students who had the slide open, whoever counts elsewhere; slides in order, each from when it was opened.
report-time-axis = time in the lesson, min:s; white lines and numbers: slides
report-time-on = on the slide
report-time-elsewhere = elsewhere
report-time-untracked = not tracked (says nothing about looking)
report-stat-students = { $students ->
        [one] student with a recording
       *[other] students with a recording
    }
report-stat-slides = { $slides ->
        [one] slide
       *[other] slides
    }
report-stat-tracked = of the time tracked, median recording
report-stat-error = typical error, median recording
report-stat-gap = gap score: 0 as intended, 1 all elsewhere
report-stat-shown = students shown
report-stat-on-slide = of tracked gaze on the slide, mean of students
report-stat-exposure = the slide was open, median student
report-heat-legend = { $students ->
        [one] Seconds of looking within the dashed circle around a point, one student
       *[other] Seconds of looking within the dashed circle around a point, mean of { $students } students
    }
report-typical-error = { $source ->
        [measured] Typical error { $degrees }°
        [estimated] Typical error { $degrees }° (estimated)
       *[other] Typical error { $degrees }° (assumed)
    }
report-track-axis = Tick: intended, dot: looked at; 0 to { $end }
report-intended = Intended
report-looked-at = Looked at
report-gap-points = Gap, points
report-reached = Reached
report-first-look = First look, s
report-missed-by = missed by { $students }
report-smaller-than-error = smaller than error
report-order = Order of looking.
report-gap-line = Gap score.
report-too-few = Fewer than { $least } students say little about a class.
report-sessions = Sessions
report-sessions-note = One line a recording. Error: typical distance between true and measured gaze, in degrees of sight.
report-no-sessions = No session has been uploaded for this lesson yet.
report-session-student = Student
report-session-date = Date
report-session-state = State
report-session-tracked = Tracked
report-session-error = Error
report-session-rate = Rate
report-session-remarks = Remarks
report-state-queued = waiting
report-state-running = in work
report-state-done = ready
report-state-failed = failed
report-assumed = assumed
report-uncalibrated = uncalibrated
report-often-untracked = often not tracked
report-no-reason = No reason was recorded.
report-how-to-read = How to read this report
report-read-picture = The colours over a slide show where the students who count spent their time. The dashed circle is as large as measured gaze is typically off: what is smaller than the circle cannot be told apart.
report-read-interval = Bands and “a to b” are 95 % intervals over students: they say how far the figure would scatter in other classes of the same size.
report-read-untracked = Hatched is not tracked: no gaze was measured there. It does not mean that a student looked away.
report-read-gaze = All figures are about where gaze fell on regions of a slide. They say nothing about what anybody thought, knew or felt.
report-basis = What the figures rest on
report-parameters = Students count who were tracked for at least { $tracked } of a slide's time. Intervals: { $confidence } from { $resamples } resamples of the students.
report-region-set = Slides { $slides }: { $words }
report-made-by = Made by Gazeboard { $version }.
report-same-view = The same figures on the server: { $address }
report-missing = Characters that the report's typefaces lack stand as boxes (▯): { $characters }.

## difference: a map of two groups, or of two versions of a slide

difference-caption = { $a } looked here more than { $b }, or the other way round
difference-caption-line = Inside the dark lines p < 0.05, any false line on 5 of 100 maps
difference-caption-none = Nowhere by more than chance may do (p < 0.05)
difference-scale = { $points } points of looking within the dashed circle
difference-hover = { $points } points, p { $p }

## edit: the editor of a slide's regions

edit-page = Edit regions
edit-title = Edit regions: { $slide }
edit-lead = Draw what the slide wants looked at, and say how much. Gaze is counted anew as soon as you save.
edit-link = Edit regions
edit-back-to-slide = Back to the slide with its gaze
edit-loading = The editor is being loaded …
edit-measures = Intended and looked at
edit-measures-note = Regions of version { $version }, { $students ->
    [one] { $students } student
   *[other] { $students } students
 } shown. What is not saved yet is not in here.
edit-measures-nobody = Nobody's gaze can be shown on this slide yet.
edit-measures-loading = Gaze is being counted …

## edit-js: the same, said in the browser (assets/editor)

edit-js-tools = Tools
edit-js-tool-select = Select
edit-js-tool-rectangle = Rectangle
edit-js-tool-ellipse = Ellipse
edit-js-tool-polygon = Polygon
edit-js-tool-title = Key { $letter }, while the slide has the focus
edit-js-undo = Undo
edit-js-redo = Redo
edit-js-undone = Undone.
edit-js-redone = Done again.
edit-js-snap = Snap
edit-js-snap-title = Outlines stick to edges of other regions, of the slide and of what was found in the picture, and to their middles. Alt held down: not now.
edit-js-zoom = Zoom
edit-js-zoom-fit = Fit
edit-js-help = Keys and touch
edit-js-help-touch = With fingers: tap a region to choose it, drag it or its round handles. With a pen or mouse the same. Everything can also be typed into the fields beside the slide.
edit-js-close = Close
edit-js-save = Save
edit-js-saving = Saving …
edit-js-unsaved = Unsaved changes
edit-js-saved = Version { $n }, saved
edit-js-stage-label = The slide. Tab goes through its regions, arrow keys move the chosen one.
edit-js-slide-with-regions = The slide with its regions
edit-js-panel = Regions, proposals, versions
edit-js-tab-regions = Regions
edit-js-tab-proposals = Proposals
edit-js-tab-versions = Versions
edit-js-hint-select = Click or tap a region to choose it; drag it or its handles to change it.
edit-js-hint-proposals = Click or tap a dashed place to check it.
edit-js-hint-rectangle = Drag from corner to corner.
edit-js-hint-ellipse = Drag from corner to corner of the box around it.
edit-js-hint-polygon = Set corner after corner. The first one again, or Enter, ends it.
edit-js-hint-locked = This is a former version, only to look at.
edit-js-draw-longer = Drag over the place that the region is to have.
edit-js-polygon-more = A polygon needs three corners or more.
edit-js-corner-back = Take back the last corner
edit-js-finish = Finish
edit-js-cancel = Cancel
edit-js-unnamed = (no name)
edit-js-nothing = nothing
edit-js-region-spoken = { $name }, { $role }, outlines: { $parts }; left { $x } %, top { $y } %, width { $width } %, height { $height } %
edit-js-vertex-spoken = Corner { $n } of { $count }, left { $x } %, top { $y } %
edit-js-time-from = from { $from } s
edit-js-time-between = { $from } to { $until } s
edit-js-new-name = Region { $n }
edit-js-added = { $name } added.
edit-js-removed = { $name } deleted.
edit-js-list-label = Regions in their intended order
edit-js-list-empty = No regions yet. Draw one on the slide, or look at the proposals.
edit-js-new-region = New region
edit-js-choose-one = Choose a region to change it.
edit-js-move-in-order = Place of { $name } in the intended order
edit-js-move-hint = Drag, or use the arrow keys
edit-js-moved-to-place = { $name } is now number { $n }.
edit-js-to-correct = to correct
edit-js-required-short = required
edit-js-share-title = Expected share of looking
edit-js-overlap = Where regions lie over one another
edit-js-overlap-all = gaze counts for all of them
edit-js-overlap-topmost = gaze counts for the topmost only
edit-js-chosen-region = Chosen region
edit-js-name = Name
edit-js-role = Role
edit-js-role-title = Title
edit-js-role-text = Text
edit-js-role-figure = Figure
edit-js-role-formula = Formula
edit-js-role-chart = Chart
edit-js-role-decoration = Decoration
edit-js-role-navigation = Navigation
edit-js-weight = Weight
edit-js-share = Expected: { $share } of the looking, its weight over the sum of all weights.
edit-js-share-none = Nothing is expected, as no region has a weight.
edit-js-required = Nobody should miss it
edit-js-has-place = Has a place in the order
edit-js-outlines = Outlines
edit-js-outline-n = { $n } { $shape }
edit-js-outline-remove = Remove outline
edit-js-outline-add-title = Draw a further outline of this region
edit-js-as-polygon = Edit corners
edit-js-shape-rectangle = Rectangle
edit-js-shape-ellipse = Ellipse
edit-js-shape-polygon = Polygon
edit-js-box = Place on the slide
edit-js-unit = Unit
edit-js-slide-px = px
edit-js-x = Left
edit-js-y = Top
edit-js-width = Width
edit-js-height = Height
edit-js-from = Seen from
edit-js-until = until
edit-js-seconds = s
edit-js-to-the-end = to the end
edit-js-corner = Corner
edit-js-corner-x = Left
edit-js-corner-y = Top
edit-js-corner-add = Add a corner after it
edit-js-corner-remove = Remove the corner
edit-js-layer = Layer
edit-js-layer-of = { $n } of { $count } from the ground
edit-js-forward = Forward
edit-js-back = Back
edit-js-duplicate = Duplicate
edit-js-delete = Delete
edit-js-field-expected = Expected { $low } to { $high }{ $unit }, got { $got }.
edit-js-where-outline = { $name }, outline { $n }
edit-js-problems-title = Before this can be saved
edit-js-problems-more = and { $n } more
edit-js-too-many-short = A slide has 200 regions at most.
edit-js-problem-too-many = Expected at most 200 regions, got { $got }.
edit-js-problem-name-empty = Expected a name, got nothing.
edit-js-problem-name-long = Expected a name of at most 200 letters, got { $got }.
edit-js-problem-name-unreadable = Expected a name of letters that can be read, got control characters.
edit-js-problem-name-twice = Expected a name that no other region has, got “{ $got }” a second time.
edit-js-problem-weight = Expected a weight of 0 to 1000, got { $got }.
edit-js-problem-order = Expected a place from 1 to 200, got { $got }.
edit-js-problem-parts-many = Expected at most 50 outlines, got { $got }.
edit-js-problem-points-outside = Expected an outline on the slide, got one that reaches beyond it.
edit-js-problem-points-few = Expected three corners or more, got { $got }.
edit-js-problem-points-many = Expected at most 500 corners, got { $got }.
edit-js-problem-points-cross = Expected lines that do not cross, got some that do.
edit-js-problem-points-flat = Expected an outline around an area, got one without width or height.
edit-js-problem-time = Expected a time of 0 to 86400 s, got { $got } s.
edit-js-problem-time-order = Expected an end after the beginning, got { $got } s.
edit-js-not-saved = This could not be saved
edit-js-no-answer = The server does not answer. Your work is kept in this browser; try again.
edit-js-try-again = Try again
edit-js-proposals-failed = The picture could not be looked through.
edit-js-proposals-looking = The picture is being looked through …
edit-js-proposals-none = Nothing was found in the picture.
edit-js-proposals-done = All proposals are dealt with.
edit-js-proposals-again = Show them again
edit-js-proposals-lead = Found in the picture, drawn dashed on the slide. Their places are measured; what each is worth to the lesson nobody but you knows.
edit-js-proposal-like = where “{ $name }” is
edit-js-proposals-checked = { $n } of { $count } checked
edit-js-check-all = Check all or none
edit-js-accept = Accept
edit-js-accept-one = Accept { $name }
edit-js-reject = Reject
edit-js-reject-one = Reject { $name }
edit-js-accept-checked = Accept
edit-js-merge-checked = Merge into one
edit-js-join-checked = Add to “{ $name }”
edit-js-reject-checked = Reject
edit-js-accepted-n = Proposals taken: { $n }.
edit-js-merged-n = { $n } proposals are one region now.
edit-js-joined-n = Outlines added to { $name }: { $n }.
edit-js-rejected-n = Proposals refused: { $n }.
edit-js-versions = Versions, the newest first
edit-js-your-name = Your name
edit-js-your-name-note = Stands beside the versions you save, and is remembered in this browser. There are no accounts: nobody checks the name.
edit-js-version-n = Version { $n }
edit-js-in-use = in use
edit-js-nobody-named = no name given
edit-js-somebody = Somebody
edit-js-regions-n = { $n } regions
edit-js-look = Look
edit-js-look-version = Look at version { $n }
edit-js-restore = Use again
edit-js-restore-version = Use version { $n } again
edit-js-back-to-mine = Back to editing
edit-js-back-to-mine-version = Back from version { $n } to editing
edit-js-looking-title = Version { $n }, { $author }, { $when }
edit-js-looking-words = Held against what you have now, it differs in this:
edit-js-conflict-title = { $author } has saved version { $n } meanwhile
edit-js-conflict-words = You began from version { $seen }; version { $n } was saved on { $when }. Nothing is lost: your regions are still here, theirs are drawn dotted.
edit-js-conflict-compare = Theirs, held against yours
edit-js-save-over = Save mine as the next version
edit-js-take-theirs = Take theirs
edit-js-decide-later = Decide later
edit-js-took-theirs = These are their regions now. Undo brings yours back.
edit-js-newer-title = { $author } has saved version { $n }
edit-js-newer-words = You have unsaved changes to an earlier one. They stay; you will be asked when you save.
edit-js-newer-words-clean = It is newer than what you began from.
edit-js-show-differences = Show what differs
edit-js-draft-title = Unsaved work is back
edit-js-draft-words = It was kept in this browser on { $when }.
edit-js-draft-keep = Go on with it
edit-js-draft-drop = Discard it
edit-js-diff-added = Only there: { $names }.
edit-js-diff-removed = Only in yours: { $names }.
edit-js-diff-changed = “{ $name }” differs in: { $fields }.
edit-js-diff-name = name
edit-js-diff-role = role
edit-js-diff-weight = weight
edit-js-diff-required = required or not
edit-js-diff-order = place in the order
edit-js-diff-outline = outline
edit-js-diff-stacking = Regions lie over one another in another order.
edit-js-diff-overlap = Another rule holds where regions lie over one another.
edit-js-diff-none = Nothing differs.
edit-js-leave-title = Leave with unsaved changes?
edit-js-leave-words = They are kept in this browser and are here again when you come back; nobody else sees them.
edit-js-leave-save = Save and leave
edit-js-leave-keep = Leave
edit-js-leave-stay = Stay
edit-js-key-tools = Select, rectangle, ellipse, polygon
edit-js-key-new = New region in the middle, to be placed by numbers
edit-js-key-tab = From region to region, then corner to corner
edit-js-key-arrows = Move by 1 px of the slide
edit-js-key-large = The same by 10 px
edit-js-key-stretch = Make it narrower, wider, lower, higher
edit-js-key-whole = Move all outlines of the region (with the mouse too)
edit-js-key-enter = To its name; ends a polygon
edit-js-key-insert = Another corner after the chosen one
edit-js-key-delete = Delete the region, or the chosen corner
edit-js-key-layer = One layer back, forward
edit-js-key-duplicate = Duplicate
edit-js-key-undo = Undo, redo
edit-js-key-save = Save
edit-js-key-escape = End the tool, choose nothing
edit-js-key-alt = While dragging: no snapping

## raw: sessions as they are stored, for other programs

raw-title = Raw data.
raw-note = Every gaze sample, fixation, exposure and image, with what the columns mean, for R, pymovements and others.
raw-csv = CSV (zip)
raw-parquet = Parquet (zip)

## replay: recordings played back over the slides (components/replay, pages/replay)

replay-title = Replay of { $lesson }
replay-lead = { $shown ->
    [0] Nobody's gaze can be shown.
    [one] One student of { $students } is shown.
   *[other] { $shown } of { $students } students are shown.
  }
replay-without-gaze = { $n ->
    [one] { $students } is not: of that recording fixations alone are known.
   *[other] { $students } are not: of those recordings fixations alone are known.
  }
replay-note-slide = Every slide begins for everybody at the moment they opened it, and ends when the last of them closed it. A student's clock counts while they have the slide open.
replay-note-start = Every recording begins when its first slide was opened. Shown is the slide that most have open; whoever has another one open is named beside it.
replay-align = What happens at the same time
replay-align-slide = From each slide's opening
replay-align-start = From the start
replay-whole-class = Whole class
replay-no-student = No student of that name
replay-students-label = Students; none chosen means the whole class
replay-left-out = { $student } ({ $reasons })
replay-left-out-on = { $n ->
    [one] slide { $slides }: { $reason }
   *[other] slides { $slides }: { $reason }
  }
replay-outline = Outline regions
replay-label = Replay of gaze over the slides. Space plays and pauses, arrow keys move.
replay-hint = Space plays and pauses, arrow keys move by 5 s, Page Up and Page Down by a slide, plus and minus change the speed.
replay-line = Filled: how many were tracked. Hatched: how many were not, which says nothing about where they looked.
replay-time = Time in the replay
replay-play = Play
replay-pause = Pause
replay-previous = Slide before
replay-next = Slide after
replay-speed = Speed
replay-legend = Students; choose some to let them stand out
replay-loading = Loading the gaze…
replay-failed = The gaze could not be loaded. It is being tried again.
replay-nothing = There is no gaze to play back: nobody who counts had a slide open and gaze recorded.
replay-no-slide = No slide was on screen
replay-slide = Slide { $number } { $title }
replay-at = { $time }, slide { $slide }
replay-count = Tracked now: { $tracked } of { $open }, on the slide: { $on }
replay-state-on = on the slide
replay-state-beside = beside the slide
replay-state-lost = not tracked
replay-state-other = on slide { $number }
replay-state-closed = has closed it
replay-state-not-shown = not recorded
replay-state-left-out = left out here
replay-state-loading = loading

## library: courses, slides, students, sessions, the bin

library-parts = Parts of the library
library-part-courses = Courses and lessons
library-part-students = Students
library-part-sessions = Sessions
library-part-bin = Bin
library-word-undo = Undo
library-word-close = Close
library-word-broken = The server does not answer. Nothing was changed; try again.
library-word-sending = Sending
library-word-moved = Place
library-word-files = # files
library-word-earlier = Slides brought in earlier
library-word-kinds = a PNG, JPEG, WebP or PDF file
library-word-other = another kind of file
library-word-content = a file with content
library-word-nothing = an empty file
library-cancel = Cancel
library-create = Create
library-save = Save
library-add = Add
library-rename = Rename
library-delete = Delete
library-remove = Remove
library-move = Move
library-into-bin = Put into the bin
library-restore = Restore
library-in-bin = The session that this file became is in the bin.
library-purge = Delete for good
library-kept = They stay in the bin for 30 days and can be restored as they are.
library-gone-title = This is not there any more
library-and-more = and { $more } more
library-field-title = Title
library-field-name = Name
library-title-expected = a title of 1 to { $most } letters

library-title = Library
library-lead = Courses, their lessons and slides, students and recordings: what there is, and how it is put in order.
library-no-courses = No courses yet
library-no-courses-how = A course holds lessons, a lesson holds slides. Create a course first, then bring in slides as pictures or as a PDF.
library-no-lessons-yet = No lessons yet.
library-no-lessons = There is no lesson yet.
library-new-course = New course
library-new-lesson = New lesson
library-rename-course = Rename the course
library-rename-lesson = Rename the lesson
library-rename-slide = Rename the slide
library-change-slides = Slides
library-results = Results
library-slides = { $slides ->
    [0] no slides
    [one] 1 slide
   *[other] { $slides } slides
 }
library-sessions = { $sessions ->
    [0] no sessions
    [one] 1 session
   *[other] { $sessions } sessions
 }
library-delete-title = Delete “{ $title }”?
library-delete-course = { $lessons ->
    [0] The course has no lessons.
    [one] Its lesson goes into the bin with it
   *[other] Its { $lessons } lessons go into the bin with it
 }{ $sessions ->
    [0] .
    [one] , and 1 session.
   *[other] , and { $sessions } sessions.
 }
library-delete-lesson = { $slides ->
    [0] The lesson has no slides.
    [one] Its slide goes into the bin with it
   *[other] Its { $slides } slides go into the bin with it
 }{ $sessions ->
    [0] .
    [one] , and 1 session.
   *[other] , and { $sessions } sessions.
 }

library-slides-lead = Bring in slides, put them in order, replace a picture by a newer one. Regions are drawn in the editor.
library-uploads = Files under way
library-drop = Drop pictures or a PDF here
library-choose = or choose files
library-drop-what = PNG, JPEG, WebP or PDF, to { $mb } MB each; pages become slides in their order
library-propose = Propose regions for new slides, to be looked through afterwards
library-no-slides = No slides yet
library-no-slides-how = Drop the pictures of the slides, or the PDF of the whole deck, on the field above.
library-order-how = Drag a slide by its handle to another place, or move it with the arrow keys while the handle has the focus.
library-slides-label = Slides in order
library-move-slide = Move slide { $number }, { $title }
library-replace = Replace
library-regions = { $regions ->
    [0] Draw regions
    [one] 1 region
   *[other] { $regions } regions
 }
library-proposed = proposed, look through
library-unchecked = picture changed, check
library-versions = { $versions } pictures so far
library-version = Version { $version }
library-since = since { $day }
library-in-use = in use
library-use-again = Use again
library-reading-waits = Waiting to be read
library-reading-page = Reading page { $page } of { $pages }
library-reading-file = Reading file { $file } of { $files }, page { $page } of { $pages }
library-reading-broke = The server could not finish this. Nothing was changed; try again.
library-repeat = { $page } is the same picture as “{ $first }” and was not added again.
library-added = { $slides ->
    [one] 1 slide added
   *[other] { $slides } slides added
 }{ $regions ->
    [0] .
    [one] , 1 region proposed.
   *[other] , { $regions } regions proposed.
 }
library-nothing-new = These slides are there already. Nothing was added.
library-nothing-added = Not accepted. Nothing of it was kept.
library-replaced = Replaced: version { $version } is in use now. The regions were carried over.
library-same-picture = This is the picture that the slide has already.
library-nothing-replaced = Not accepted. The slide is as it was.
library-look-through = Look through the proposed regions
library-check-regions = Check the regions on the new picture

library-students-title = Students and groups
library-students-lead = Students are pseudonyms; who is behind one is not stored here. Groups are classes, or whatever you want to compare.
library-no-groups = No groups yet
library-no-groups-how = A group is a class, for example: give it a name and paste its pseudonyms.
library-no-students = No students yet
library-no-students-how = They appear with their first session, or when they are put into a group.
library-new-group = New group
library-new-group-name = Name of a new group
library-rename-group = Rename the group
library-delete-group = Delete the group
library-field-members = Pseudonyms
library-members-how = One a line, or separated by commas; a pasted column will do.
library-field-group = Group
library-field-pseudonym = Pseudonym
library-pseudonym-how = Letters, digits and . _ - only, at most 64
library-add-to = Add students to “{ $title }”
library-add-students = Add students
library-their-sessions = Sessions
library-members = { $students ->
    [0] nobody yet
    [one] 1 student
   *[other] { $students } students
 }
library-take-out = Take { $student } out of { $group }
library-everybody = { $students ->
    [one] 1 student
   *[other] { $students } students
 }
library-put-into-group = Put into a group
library-rename-student = Rename { $student }
library-rename-student-what = The pseudonym changes everywhere: sessions, also those in the bin, quiz answers and groups. Files that were kept still hold the former one.
library-group-students-title = { $students ->
    [one] Put 1 student into a group
   *[other] Put { $students } students into a group
 }
library-column-choose = Choose
library-column-student = Student
library-column-groups = Groups
library-column-sessions = Sessions
library-column-answers = Quiz answers

library-sessions-title = Sessions
library-sessions-lead = Every recording with its quality. Choose some to process them again, to move them to another lesson or to delete them.
library-no-sessions = No sessions yet
library-upload-some = Upload recordings
library-filter = Filter
library-reset = Show all
library-by-words = Student or file name
library-by-course = Course
library-by-lesson = Lesson
library-by-group = Group
library-by-state = State
library-by-tracked = Tracked at least
library-by-error = Error at most
library-by-calibrated = Calibrated
library-by-tracker = Tracker
library-by-kind = Synthetic or real
library-state-done = ready
library-state-queued = waiting
library-state-running = in work
library-state-failed = failed
library-calibrated-yes = yes
library-calibrated-no = no
library-calibrated-own = tracker’s own
library-kind-synthetic = synthetic
library-kind-real = real
library-synthetic = synthetic
library-webcam = webcam
library-assumed = assumed
library-column-lesson = Lesson
library-column-created-at = Came
library-column-state = State
library-column-tracked-share = Tracked
library-column-error-deg = Error
library-column-calibrated = Calibrated
library-column-tracker = Tracker
library-column-remarks = Remarks
library-all-sessions = { $sessions ->
    [one] 1 session
   *[other] { $sessions } sessions
 }
library-found = { $found ->
    [0] None of { $sessions } sessions is like that
   *[other] { $found } of { $sessions } sessions
 }
library-choose-all = Choose all found
library-chosen-none = None chosen
library-chosen-one = 1 chosen
library-chosen-many = # chosen
library-chosen-every = All that were found are chosen
library-process-again = Process again
library-process = Process
library-process-title = { $sessions ->
    [one] Process 1 session again?
   *[other] Process { $sessions } sessions again?
 }
library-process-what = The video or the observations of { $able } of { $sessions } were kept; these are processed again. What they show now stays until then.
library-process-nothing-kept = Neither the video nor the observations were kept, so there is nothing to process. The settings GAZEBOARD_KEEP_VIDEO and GAZEBOARD_KEEP_OBSERVATIONS decide that.
library-field-lesson = Lesson
library-move-title = { $sessions ->
    [one] Move 1 session to another lesson
   *[other] Move { $sessions } sessions to another lesson
 }
library-move-what = Gaze is tied to slides by their ids: a session can be moved where its slides are, such as a copy of its lesson. Its numbers are then those on the slides and regions there.
library-move-unread = { $sessions ->
    [one] 1 session stays: it has not been processed, so its slides are not known.
   *[other] { $sessions } sessions stay: they have not been processed, so their slides are not known.
 }
library-move-misfits = { $sessions ->
    [one] 1 session stays: the lesson lacks slides that it has gaze on ({ $slides }).
   *[other] { $sessions } sessions stay: the lesson lacks slides that they have gaze on ({ $slides }).
 }
library-nothing-kept = { $sessions ->
    [one] Of 1 session nothing was kept to process.
   *[other] Of { $sessions } sessions nothing was kept to process.
 }
library-delete-sessions-title = { $sessions ->
    [one] Delete 1 session?
   *[other] Delete { $sessions } sessions?
 }
library-delete-sessions = They disappear from every page, report and table at once.

library-bin-lead = What was deleted stays here for { $days } days, then it is deleted for good, files and all.
library-bin-empty = The bin is empty
library-bin-empty-how = What you delete in the library comes here first.
library-to-sessions = Go to the sessions
library-bin-entries = { $entries ->
    [one] 1 thing in the bin
   *[other] { $entries } things in the bin
 }
library-bin-what = What
library-bin-title = Name
library-bin-deleted = Deleted
library-bin-gone = Gone for good
library-bin-actions = Actions
library-bin-course = Course
library-bin-lesson = Lesson
library-bin-slide = Slide
library-bin-sessions = { $sessions ->
    [one] 1 session
   *[other] { $sessions } sessions
 }
library-bin-along = { $sessions ->
    [one] with 1 session
   *[other] with { $sessions } sessions
 }
library-empty-bin = Empty the bin
library-empty-what = { $entries ->
    [one] 1 thing is deleted
   *[other] { $entries } things are deleted
 }{ $sessions ->
    [0] .
    [one] , and with it 1 session: its tables, files and observations.
   *[other] , with { $sessions } sessions: their tables, files and observations.
 }
library-purge-title = Delete for good?
library-purge-what = { $sessions ->
    [0] It is deleted with all that belongs to it.
    [one] 1 session is deleted: its tables, files and observations.
   *[other] { $sessions } sessions are deleted: their tables, files and observations.
 }
library-purge-final = This cannot be undone.

library-done-create-course = Created the course “{ $title }”.
library-done-create-lesson = Created the lesson “{ $title }”.
library-done-create-group = Created the group “{ $title }” of { $students ->
    [one] 1 student
   *[other] { $students } students
 }.
library-done-rename = Renamed “{ $former }” to “{ $title }”.
library-done-order = Put the slides in order.
library-done-picture = The picture is that of version { $version } again.
library-done-delete-course = The course is in the bin{ $sessions ->
    [0] .
    [one] , with 1 session.
   *[other] , with { $sessions } sessions.
 }
library-done-delete-lesson = The lesson is in the bin{ $sessions ->
    [0] .
    [one] , with 1 session.
   *[other] , with { $sessions } sessions.
 }
library-done-delete-slide = The slide is in the bin.
library-done-delete-sessions = { $sessions ->
    [one] 1 session is in the bin.
   *[other] { $sessions } sessions are in the bin.
 }
library-done-delete-slides = { $slides ->
    [one] The slide is in the bin.
   *[other] { $slides } slides are in the bin.
 }
library-done-restore-course = The course is back{ $sessions ->
    [0] .
    [one] , with 1 session.
   *[other] , with { $sessions } sessions.
 }
library-done-restore-lesson = The lesson is back{ $sessions ->
    [0] .
    [one] , with 1 session.
   *[other] , with { $sessions } sessions.
 }
library-done-restore-slide = The slide is back in its place.
library-done-restore-sessions = { $sessions ->
    [one] 1 session is back.
   *[other] { $sessions } sessions are back.
 }
library-done-restore-slides = { $slides ->
    [one] The slide is back in its place.
   *[other] { $slides } slides are back in their places.
 }
library-done-purge = { $sessions ->
    [0] Deleted for good.
    [one] Deleted for good, with 1 session.
   *[other] Deleted for good, with { $sessions } sessions.
 }
library-done-empty-bin = { $entries ->
    [one] The bin is empty; 1 thing was deleted for good.
   *[other] The bin is empty; { $entries } things were deleted for good.
 }
library-done-delete-group = Deleted the group “{ $title }”. Its students stay.
library-done-put-group = The group “{ $title }” is back.
library-done-add-members = { $students ->
    [0] All of them were in the group already.
    [one] 1 student added.
   *[other] { $students } students added.
 }
library-done-remove-members = { $students ->
    [one] 1 student taken out.
   *[other] { $students } students taken out.
 }
library-done-process = { $sessions ->
    [0] Nothing is processed.
    [one] 1 session waits to be processed.
   *[other] { $sessions } sessions wait to be processed.
 }
library-done-move = { $sessions ->
    [0] No session was moved.
    [one] 1 session is of “{ $lesson }” now.
   *[other] { $sessions } sessions are of “{ $lesson }” now.
 }
library-done-move-back = { $sessions ->
    [one] 1 session is back where it was.
   *[other] { $sessions } sessions are back where they were.
 }

## search: everything by its words

search-lead = Courses, lessons, slides, regions, groups, students and sessions.
search-label = Search for
search-placeholder = Words of a title, a pseudonym, a file name
search-empty = Type a word or two. The key / leads here from every page.
search-nothing = Nothing has “{ $words }” in it
search-nothing-how = Every word has to be there. Try fewer, or only the beginning of one.
search-total = { $total ->
    [one] 1 found
   *[other] { $total } found
 }
search-more = and { $more } more; a further word narrows it
search-kind-course = { $total ->
    [one] Course
   *[other] { $total } courses
 }
search-kind-lesson = { $total ->
    [one] Lesson
   *[other] { $total } lessons
 }
search-kind-slide = { $total ->
    [one] Slide
   *[other] { $total } slides
 }
search-kind-region = { $total ->
    [one] Region
   *[other] { $total } regions
 }
search-kind-group = { $total ->
    [one] Group
   *[other] { $total } groups
 }
search-kind-student = { $total ->
    [one] Student
   *[other] { $total } students
 }
search-kind-session = { $total ->
    [one] Session
   *[other] { $total } sessions
 }

## session: one student's recording (pages/session, components/quality, source, unfinished, session_slides)

session-title = { $student }, { $lesson }
session-of = Session of { $student }
session-lead = { $slides ->
    [one] One slide in { $time } min, uploaded { $day }.
   *[other] { $slides } slides in { $time } min, uploaded { $day }.
  }
session-lead-tracked = Gaze was tracked for { $share } of the time.
session-lead-synthetic = Synthetic: a rendered student, not a person.
session-failed = This recording could not be processed.
session-failed-reason = The reason
session-failed-unknown = No reason was recorded.
session-failed-next = Put right what the message names, then upload the recording again.
session-upload-again = Upload a recording
session-on-its-way = This recording is on its way. The page fills by itself as soon as it is ready.
session-all-in-work = All that is in work
session-waiting = Waiting for its turn
session-in-bin = This recording has been in the bin since { $since }. It can be restored until { $until }; then it is deleted for good.
session-in-bin-meaning = While it is there it counts nowhere. Restored, it is as it was before.
session-restore = Restore
session-all-in-bin = Everything in the bin
session-restore-failed = It could not be restored: { $reason }
session-replay = Replay
session-replay-note = Where gaze was, at the speed it went. A dashed ring: not tracked, at the last place that is known.
session-quality-title = How good this recording is
session-source-title = Where it is from
session-class-replay = Replay with the class
session-timeline-title = The session over time
session-timeline-note = Share of each stretch of time with gaze on the slide, elsewhere on the screen or away, and not tracked. Numbers: the slide that was opened.
session-timeline-label = Gaze on the slide, elsewhere and not tracked over the session
session-timeline-share = share of the time
session-timeline-empty = No gaze was recorded in this session.
session-timeline-words = Slide { $number } was open for { $seconds } s: gaze was on it for { $on } of the tracked time, tracked for { $tracked }.
session-timeline-table = The same slide by slide
session-time-axis = time in the recording (min:s)
session-gaze-title = Gaze over time
session-gaze-note = Place on the slide. Vertical lines: slide changes. Hatched: not tracked. Drag to look closer, double-click to see all.
session-gaze-label = Gaze across and down the slide over time
session-gaze-across = across
session-gaze-left = left
session-gaze-middle = middle
session-gaze-right = right
session-gaze-down = down
session-gaze-top = top
session-gaze-bottom = bottom
session-slides-title = Slide by slide
session-slides-note = Circles are fixations, their area is duration. Numbers below: in which order regions were first looked at, and when, in s since the slide was opened.
session-slides-fixations = { $fixations ->
    [one] One fixation, { $dwell } s in { $shown } s shown
   *[other] { $fixations } fixations, { $dwell } s in { $shown } s shown
  }
session-slides-alt = { $fixations ->
    [0] No fixation on the slide
    [one] One fixation on the slide
   *[other] { $fixations } fixations on the slide
  }
session-slides-tracked = tracked { $share }
session-slides-on = on the slide { $share }
session-slides-never = never: { $regions }
session-slides-never-required = never, though required: { $regions }
session-slides-untracked = Hatched: not tracked
session-slides-more = and { $n } more
session-measured-title = Conditions while recording
session-measured-note = Lines are medians of { $step } s. Bands behind distance and head: as while calibrating; outside of them gaze is less certain. Drag to look closer.
session-measured-note-plain = Lines are medians of { $step } s. Drag to look closer.
session-measured-label = Tracked share, distance, turn of the head, images a second and brightness over the session
session-measured-tracked = Tracked at least half of the time in { $share } of the session.
session-measured-distance = Distance { $low } to { $high } cm (10th to 90th percentile){ $calibrated }.
session-measured-calibrated = , while calibrating { $low } to { $high } cm
session-measured-out = The head was out of the range of the calibration for { $share } of the time.
session-quality-empty = No gaze samples are known of this session.
session-quality-tracked = tracked, %
session-quality-distance = distance, cm
session-quality-head = head, °
session-quality-rate = rate, Hz
session-quality-brightness = light, 0–255
session-head-yaw = to the side (yaw)
session-head-pitch = up and down (pitch)
session-head-roll = tilted (roll)
session-dots-title = How far off, where on the screen
session-dots-note = Each circle is as large as the error at that place; the line leads to where gaze was measured. Filled: dots that calibration did not use ({ $measured }). Hollow: dots it was fitted to ({ $fitted }), where the error is smaller than elsewhere.
session-dots-note-old = Each circle is as large as the error at that place, on { $measured } dots that calibration did not use.
session-dots-label = The error at { $n } places of the screen; the table below says the same
session-dots-none = The error at single places is not known.
session-dots-none-why = This recording has no dots with a known place: it was not calibrated here, or it was processed by an earlier version. Processed again, a recording that is kept will have them.
session-dots-worst = On dots that calibration did not use, the error is { $mean }° on average; largest { $worst }°, { $where }.
session-dots-used = calibration was fitted to it
session-dots-other = calibration did not use it
session-dots-table = Every dot in numbers
session-dots-place = Place
session-dots-error = Error
session-dots-spread = Spread
session-dots-kind = Dot
session-dots-slide = Dotted outline: where slides lay on the screen.
session-where-top-left = top left
session-where-top = top
session-where-top-right = top right
session-where-left = left
session-where-middle = in the middle
session-where-right = right
session-where-bottom-left = bottom left
session-where-bottom = bottom
session-where-bottom-right = bottom right

session-remark-uncalibrated = Not calibrated: the side of the slide may be right, the region is not reliable
session-remark-mirrored = The video was mirrored and has been turned back
session-remark-error = Error above { $degrees }°: small regions cannot be told apart
session-remark-untracked = Often not tracked: that says nothing about where the student looked
session-remark-rate = { $kind ->
    [samples] Below { $hz } samples a second: short fixations are missed
   *[images] Below { $hz } images a second: short fixations are missed
  }
session-remark-head = The head was often placed as it never was during calibration: gaze is less certain then
session-remark-faces = A second face was in the picture; the one that stayed was followed
session-figure-tracked = Tracked
session-figure-tracked-meaning = of the time slides were shown, blinks aside. Longest stretch without gaze: { $seconds } s.
session-figure-precision = Precision
session-figure-precision-meaning = is how far single samples scatter while the eye rests.
session-figure-rate = Sampling rate
session-figure-rate-meaning = is one look at the eyes every { $ms } ms.
session-figure-distance = Distance
session-figure-distance-meaning = from the eyes to the screen, most of the time.
session-figure-head = Head out of range
session-figure-head-meaning = of the time, turned or placed as it never was while calibrating.
session-figure-on = On the slide
session-figure-on-meaning = of the tracked gaze; the rest fell beside it.
session-figure-blinks = Blinks
session-figure-blinks-value = { $n } a minute
session-figure-blinks-meaning = were found and left out; 10 to 20 are usual at a screen.
session-accuracy = Accuracy
session-accuracy-unknown = unknown
session-accuracy-no-dots = The recording has no dots to measure it on.
session-accuracy-screen-assumed = the size of the screen is assumed
session-accuracy-meaning = is { $cm } cm or { $share } of the screen's diagonal between true and measured gaze ({ $source }).
session-error-measured = measured on dots that calibration did not use
session-error-typical = typical of the format
session-error-assumed = assumed, { $why }: the export states none
session-error-stated = stated by the export, not measured here
session-error-estimated = estimated, not measured

session-recorded-by = Recorded by
session-source-tracker = { $label } (format { $format })
session-source-video = the student's webcam
session-source-observations = the student's webcam; its video is gone, what was seen of the eyes was kept
session-source-gaze = another tracker: gaze.csv in the package
session-source-fixations = another tracker: its fixations alone
session-source-unknown = not recorded
session-calibration = Calibration
session-calibration-unknown = Unknown: it was the tracker's own.
session-accuracy-stated = { $degrees }° is stated by the export; it was not measured here.
session-fixations = Fixations
session-fixations-kept = The tracker's own, kept as they came.
session-fixations-found = Found here { $method }.
session-fixations-unknown = How they were found was not recorded: process the session again to know.
session-fixations-rate = Gaze came at { $rate } Hz with a noise of { $noise }°.
session-found-with = Found with
session-notes = To know
session-method-idt = by dispersion, I-DT
session-method-ivt = by velocity, I-VT
session-method-clustering = by clustering
session-setting-duration-min-ms = shortest fixation
session-setting-samples-min = fewest samples of a fixation
session-setting-gap-max-ms = longest loss within a fixation
session-setting-merge-gap-ms = longest time between fixations that are joined
session-setting-merge-distance-deg = distance under which fixations are joined
session-setting-merge-noise-factor = that distance as a multiple of the noise
session-setting-noise-factor = threshold as a multiple of the noise
session-setting-dispersion-min-deg = smallest threshold of dispersion
session-setting-dispersion-max-deg = largest threshold of dispersion
session-setting-speed-min-deg-s = smallest threshold of speed
session-setting-window-ms = window
session-setting-step-ms = step from window to window
session-setting-factors = thinning of the window's samples, by
session-setting-deviations = cut above the mean, in STD

## compare: courses, lessons, slides, groups and periods side by side

page-compare = Compare

compare-heading = Comparison
compare-heading-courses = Courses
compare-heading-lessons = Lessons of { $of }
compare-heading-slides = Slides of { $of }
compare-everybody = Everybody
compare-version = version { $version }
compare-period = { $since } to { $until }
compare-period-since = from { $since }
compare-period-until = until { $until }
compare-students-chosen = { $n ->
    [one] { $n } chosen student
   *[other] { $n } chosen students
}
compare-interval = { $low } to { $high }
compare-points = { $points } points

compare-lead-nothing = Choose at least two of courses, lessons, slides, groups, periods or versions to see how looking differs between them.
compare-lead-one = { $name } alone: add something to compare it with.
compare-lead-too-few = Fewer than two of these have as many as { $least } students with gaze that can be used, so there is nothing to compare yet.
compare-lead-pending = Recordings are still being summed up; the comparison comes by itself.
compare-lead-alike = All have the same figure.
compare-lead-unclear = These cannot be told apart: the largest difference, { $difference } between { $low } ({ $lowvalue }) and { $high } ({ $highvalue }), may be chance (interval { $interval }; p { $p }{ $pairs ->
    [one] {""}
   *[other] , with { $pairs } pairs looked at
}).
compare-lead-gap-score = { $low } follows its slides most closely ({ $lowvalue }), { $high } least ({ $highvalue }): a difference of { $difference }, interval { $interval }.
compare-lead-on-slide-share = Gaze was on the slides most in { $high } ({ $highvalue }) and least in { $low } ({ $lowvalue }): a difference of { $difference }, interval { $interval }.
compare-lead-required-share = { $high } reached most of the required regions ({ $highvalue }), { $low } the fewest ({ $lowvalue }): a difference of { $difference }, interval { $interval }.
compare-lead-order-tau-mean = { $high } looked most in the intended order ({ $highvalue }), { $low } least ({ $lowvalue }): a difference of { $difference }, interval { $interval }.
compare-lead-tracked-share = Gaze was tracked most in { $high } ({ $highvalue }) and least in { $low } ({ $lowvalue }): a difference of { $difference }, interval { $interval }. This says nothing about looking.
compare-lead-dwell-share = { $region } got the largest share of looking in { $high } ({ $highvalue }) and the smallest in { $low } ({ $lowvalue }): a difference of { $difference }, interval { $interval }.
compare-lead-ttff-ms = { $region } was first looked at earliest in { $low } ({ $lowvalue }) and latest in { $high } ({ $highvalue }): a difference of { $difference }, interval { $interval }.

compare-measure = What is compared
compare-measure-gap-score = Gap score
compare-measure-on-slide-share = On the slide
compare-measure-required-share = Required reached
compare-measure-order-tau-mean = Order
compare-measure-tracked-share = Tracked
compare-measure-dwell-share = Share of a region
compare-measure-ttff-ms = First look at a region
compare-define-gap-score = Share of looking that would have to move to other regions for the group to look as the slides intend: 0 as intended, 1 all of it elsewhere. Of each slide for the group as a whole, as on its own page; then the mean over slides, each student one vote.
compare-define-gap-part = A student's value is the part that the student adds to the group's score; it is below 0 where a student is off the other way.
compare-define-on-slide-share = Of the time in which a student's gaze was tracked, the share on the slide; the mean of the students.
compare-define-required-share = Of the required regions of the slides that a student had open, the share that the student looked at at least once; the mean of the students.
compare-define-order-tau-mean = Kendall's tau of the intended order with the order in which a student first looked at the regions: +1 as intended, 0 no relation, −1 the other way round. The mean of a student's slides, then of the students.
compare-define-tracked-share = Of the time that slides were shown to a student, the share with valid gaze; the mean of the students, those who are left out of the other measures for it included. Not tracked does not mean not looking.
compare-define-dwell-share = Of the time of a student's fixations on the slide, the share in the region; the mean of the students.
compare-define-ttff-ms = From opening the slide to the first fixation in the region, of the students who looked at it; their mean. Who never looked has none.
compare-region = Region
compare-against = Compared with
compare-against-first = { $name }, the first
compare-against-first-plain = the first
compare-against-others = all others together

compare-items = What is compared, in this order
compare-remove = Remove { $name }
compare-up = Move { $name } up
compare-add-title = Add something
compare-add = Add
compare-add-course = Course
compare-add-lesson = Lesson
compare-add-lesson-all = the whole course
compare-add-slide = Slide
compare-add-slide-all = the whole lesson
compare-add-group = Group
compare-add-group-all = everybody
compare-add-version = Version
compare-add-version-present = the present one
compare-add-since = Came from
compare-add-until = Came until
compare-add-day = any day
compare-full = { $limit } things side by side are as many as can be read.
compare-presets = Often compared
compare-preset-courses = All courses
compare-preset-lessons = Lessons of { $of }
compare-preset-groups = Groups on { $of }
compare-preset-versions = Versions of { $of }
compare-preset-slides = Slides of { $of }
compare-missing = { $names }: there is no such thing, or no longer. It is left out.
compare-pending = { $n ->
    [one] One recording is still being summed up and will be added by itself.
   *[other] { $n } recordings are still being summed up and will be added by themselves.
}

compare-dot-course = One dot of a course: one class in one lesson.
compare-dot-lesson = One dot of a lesson: one slide.
compare-dot-slide = One dot of a slide: one student.
compare-ring = Ring: all students together, each one vote; bar: 95 % interval over students.
compare-hidden = { $n ->
    [one] One dot of fewer than { $least } students is not drawn, as it could be told who they are.
   *[other] { $n } dots of fewer than { $least } students are not drawn, as it could be told who they are.
}
compare-chart-label = { $measure } of each, with the spread of its dots; the table below says the same in numbers
compare-chart-empty = Nothing to draw: choose what to compare above.
compare-chart-too-few = Too few students to be shown
compare-hover-students = { $n ->
    [one] { $n } student
   *[other] { $n } students
}
compare-hover-ring = { $name }: { $value } ({ $interval })
compare-hover-no-group = in no group
compare-below-course = { $lessons ->
    [one] { $lessons } lesson
   *[other] { $lessons } lessons
}, { $students ->
    [one] { $students } student
   *[other] { $students } students
}
compare-below-lesson = { $slides ->
    [one] { $slides } slide
   *[other] { $slides } slides
}, { $students ->
    [one] { $students } student
   *[other] { $students } students
}
compare-below-slide = { $students ->
    [one] { $students } student
   *[other] { $students } students
}

compare-table-title = In numbers
compare-table-note = Intervals are 95 % over students. p: by exchanging students, made larger for the number of comparisons (Holm). Cliff's delta: how much more often a student of the one has the larger value than one of the other.
compare-copy = Copy table
compare-copied = Table copied
compare-copy-failed = The table could not be copied
compare-sort = Sort by { $column }
compare-column-item = Compared
compare-column-lessons = Lessons
compare-column-students = Students
compare-column-tracked = Tracked
compare-column-error = Median error
compare-column-required = Required reached
compare-column-difference = Difference to { $name }
compare-column-difference-others = Difference to all others
compare-column-p = p
compare-column-delta = Cliff's delta
compare-column-note = Note
compare-students-of = { $tracked } of { $exposed }
compare-reference = reference

compare-out-viewings = { $name }: { $n } of { $of } viewings (a student on a slide) are left out: { $reasons }.
compare-out-students = { $name }: { $n } of { $of } students are left out: { $reasons }.
compare-out-untracked = { $n } tracked for less than { $tracked } of the time
compare-out-otherwise = { $n } not calibrated or not exact enough
compare-note-pending = being summed up
compare-note-pending-why = Its recordings are still being summed up and will be added by themselves.
compare-note-none = no recordings
compare-note-none-why = Nobody's recording of it counts under these rules.
compare-note-too-few = too few students: { $n }
compare-note-too-few-why = Figures are shown from { $least } students on, so that it cannot be told who they are.
compare-note-few = few students
compare-note-few-why = { $n } students say little about others like them: see the interval.
compare-note-quality = lower data quality
compare-note-quality-why = Tracked for at least 10 points less, or with an error at least half as large again, as the best of these.
compare-note-assumed = assumed errors
compare-note-assumed-why = The error of some recordings is not measured, only what is usual for their format.
compare-note-uncalibrated = { $n } uncalibrated
compare-note-uncalibrated-why = Recordings without a calibration are rough.
compare-note-paired = paired: { $n }
compare-note-paired-why = These students are in both and are compared with themselves; the others are left out of the difference.
compare-note-shared = { $n } in both
compare-note-shared-why = These students are in both; too few to compare all with themselves. They count as if they were different people.
compare-note-synthetic = synthetic
compare-note-synthetic-why = At least some of the recordings are of rendered or simulated students.

compare-difference-title = Where the two looked differently
compare-difference-note = { $a } beside { $b }, both on the same scale, and the difference.
compare-difference-heat = { $name }, { $n ->
    [one] { $n } student
   *[other] { $n } students
}
compare-difference-map = Difference: { $a } minus { $b }
compare-difference-clear = Inside the dark lines ({ $share } of the slide) the difference is more than chance.
compare-difference-unclear = Nowhere on the slide is the difference more than chance may do.
compare-difference-paired = The { $n } students who are in both are compared with themselves.
compare-difference-regions = Region by region
compare-difference-regions-note = Share of looking, mean of the students. p is made larger for the number of regions (Holm).
compare-difference-region = Region
compare-difference-none = There is no map: { $why }.
compare-heat-scale = Both: seconds of looking within the typical error, the dashed circle below; mean of the students, up to { $peak } s

## summary: what stands out on a slide (the command line says the same in English: pipeline/attention/summary.py)

summary-no-regions = No regions are marked on this slide.
summary-not-shown = Nobody has been shown this slide yet.
summary-no-fixation = No fixation on this slide was found.
summary-more = “{ $region }” got { $observed } of the looking, more than the { $expected } that the design intends.
summary-as-intended = No region got clearly more or less looking than the design intends.
summary-less = Students spent { $observed } of their looking on “{ $region }”; the design intends { $expected }.
summary-less-one = The student spent { $observed } of the looking on “{ $region }”; the design intends { $expected }.
summary-missed-it = { $missing } of { $tracked } never looked at it.
summary-missed-it-all = None of the { $tracked } students looked at it.
summary-missed-it-one = The student never looked at it.
summary-missed = { $missing } of { $tracked } never looked at “{ $region }”, a required region.
summary-missed-all = None of the { $tracked } students looked at “{ $region }”, a required region.
summary-missed-one = The student never looked at “{ $region }”, a required region.
summary-small-one = “{ $region }” is smaller than the error of measurement: gaze on it may have been beside it.
summary-small-two = “{ $region }” and “{ $other }” are smaller than the error of measurement: gaze on them may have been beside them.
summary-small = { $small } of the { $regions } regions are smaller than the error of measurement: gaze on them may have been beside them.
summary-basis = These figures are from { $tracked } of the { $exposed } students who were shown the slide; the others were not tracked well enough.
summary-basis-one = These figures are from { $tracked } of the { $exposed } students who were shown the slide; the other was not tracked well enough.
summary-few = { $tracked } students tell little about a class.
summary-few-one = One student tells little about a class.
summary-untracked = None of the { $exposed } students who were shown this slide was tracked well enough.
summary-untracked-one = The one student who was shown this slide was not tracked well enough.

## slide: the workbench

slide-overlays = What lies over the slide
slide-overlay-heatmap = Heatmap
slide-overlay-fixations = Fixations
slide-overlay-scanpath = Scanpaths
slide-overlay-cloud = Gaze points
slide-overlay-fog = Fog
slide-overlay-regions = Regions
slide-overlay-uncertainty = Error
slide-overlay-difference = Difference
slide-overlay-saliency = Saliency
slide-opacity-of = Opacity: { $overlay }

slide-kind-label = Kind of heatmap
slide-kind-duration = Seconds
slide-kind-relative = Share of looking
slide-kind-count = Fixations
slide-kind-percent = Students, %
slide-cloud-label = Which points
slide-cloud-samples = Every sample
slide-cloud-fixations = Fixations
slide-path-label = Which paths
slide-path-students = Each student
slide-path-flow = Flow of all
slide-error-label = Errors of what
slide-error-fixations = Of fixations
slide-error-regions = In regions
slide-labels-label = What labels of regions say
slide-labels-both = Both shares
slide-labels-observed = Looked at
slide-labels-expected = Intended
slide-labels-gap = Gap
slide-against-label = Difference to whom
slide-against-none = to whom?
slide-against-others = everybody else
slide-against-version = version { $version }

slide-students-all = Whole class
slide-students-none = No student of that name
slide-students-label = Students; none chosen means the whole class

slide-unit-seconds = { $n } s
slide-kind-duration-value = { $n } s
slide-kind-relative-value = { $n } %
slide-kind-count-value = { $n } fixations
slide-kind-percent-value = { $n } % of students
slide-kind-duration-caption = Seconds of looking within the dashed circle
slide-kind-relative-caption = Percent of a student’s looking within the dashed circle
slide-kind-count-caption = Fixations within the dashed circle
slide-kind-percent-caption = Students who looked within the dashed circle
slide-kind-duration-whose = around a point, { $n ->
    [one] one student
   *[other] mean of { $n } students
 }
slide-kind-relative-whose = around a point, { $n ->
    [one] one student
   *[other] mean of { $n } students
 }
slide-kind-count-whose = around a point, { $n ->
    [one] one student
   *[other] mean of { $n } students
 }
slide-kind-percent-whose = around a point, percent of { $n ->
    [one] one student
   *[other] { $n } students
 }

slide-fixation = fixation
slide-fixations-drawn = { $n ->
    [one] 1 fixation
   *[other] { $n } fixations
 }{ $left ->
    [0] {""}
   *[other] , the longest; { $left } more not drawn
 }
slide-fixations-area = area is duration{ $numbered ->
    [0] {""}
   *[other] , number is order
 }
slide-path-first = First { $first } fixations of { $n } students
slide-path-all = All fixations of 1 student
slide-path-joined = joined in order, area is duration
slide-flow-caption = Arrows: where gaze went next on leaving a region
slide-flow-note = width is the share of the ways out, from { $least }; { $n ->
    [one] one student
   *[other] { $n } students
 }
slide-flow-way = { $start } to { $stop }: { $share } of the ways out, { $n ->
    [one] once
   *[other] { $n } times
 }, by { $students ->
    [one] 1 student
   *[other] { $students } students
 }
slide-cloud-samples-caption = { $n } gaze samples, a point each
slide-cloud-fixations-caption = { $n } fixations, a point each
slide-cloud-whose = of { $n ->
    [one] one student
   *[other] { $n } students
 }; each is off by the typical error
slide-fog-caption = Fog thins with the students who looked within the dashed circle
slide-saliency-caption = What stands out in the picture itself, in brightness, colour and edges
slide-saliency-note = percent of what stands out most; nobody’s gaze
slide-saliency-value = { $n } % of what stands out most
slide-errors-fixations = Typical error around each of { $n } fixations{ $left ->
    [0] {""}
   *[other] , the longest; { $left } more not drawn
 }
slide-errors-note = in true size: two of three lie inside if errors are as estimated
slide-errors-regions = Typical error of each of { $n } recordings, in the middle of every region
slide-errors-regions-note = in true size: a region that is smaller says little
slide-difference-nobody = Difference: choose above to whom.
slide-difference-unknown = Difference: there is nothing to compare with under { $against }.
slide-difference-here = those shown
slide-difference-few = Difference to { $against }: not shown, so that nobody can be told from it;
slide-difference-why = { $why }.
slide-labels-both-label = { $name } { $looked } of { $intended }
slide-labels-observed-label = { $name } { $looked }
slide-labels-expected-label = { $name } { $intended }
slide-labels-gap-label = { $name } { $gap }
slide-labels-both-caption = Labels: share of looking, of what was intended
slide-labels-observed-caption = Labels: share of looking
slide-labels-expected-caption = Labels: share of looking that is intended
slide-labels-gap-caption = Labels: looked at less intended, in points of all looking
slide-no-regions = This slide has no regions yet.
slide-error-typical = Typical error { $degrees }°{ $source ->
    [measured] {""}
    [estimated] {" "}(estimated)
   *[other] {" "}(assumed)
 }
slide-part-from = from { $start } s
slide-part-between = { $start } to { $stop } s

slide-nobody = Nobody's gaze can be shown.
slide-nobody-yet = Nobody has been shown this slide yet.
slide-picture-label = { $slide } with gaze drawn over it; the tables on this page say the same in numbers
slide-version-unseen = Nobody has been shown version { $version } yet.
slide-version-seen = See version { $version }, which { $n ->
    [one] 1 student was shown
   *[other] { $n } students were shown
 }
slide-version-compare = Compare with version { $version }
slide-replay = Replay
slide-compare = Compare
slide-draw-regions = Draw regions
slide-export = Export
slide-export-note = Tables of this slide, of whom it shows now
slide-table-regions = Regions, every measure
slide-table-gap = Gap
slide-table-heatmap = Heatmap, by cell
slide-table-difference = Difference, by cell
slide-table-saliency = Saliency, by cell
slide-table-fixations = Fixations
slide-table-cloud = Gaze points
slide-table-scarf = Who looked where, when
slide-table-reach = First looks
slide-table-transitions = From region to region
slide-table-students = Students, the slide as a whole
slide-table-maps = Maps against gaze
slide-neighbours = Other slides of the lesson
slide-neighbour-key = Key: { $pressed }
slide-prev = ← { $number } { $title }
slide-next = { $number } { $title } →

slide-panel-title = Intended and looked at
slide-stat-gap = gap score: 0 as intended, 1 all elsewhere
slide-stat-of = { $n } of { $all }
slide-stat-students = students shown
slide-stat-on = of tracked gaze on the slide, mean of students
slide-stat-on-mean = Of each student, then the mean.
slide-basis-exposed = { $n ->
    [one] 1 student
   *[other] { $n } students
 } had the slide open.
slide-basis-typical = Those who count ({ $n }) had it open typically for { $seconds } s.
slide-basis-tracked = On average over them, gaze was tracked for { $share } of a student's time, the rest being blinks and losses.
slide-column-region = Region
slide-column-to = 0 to { $top }
slide-column-gap = Gap
slide-column-gap-unit = In points of all looking.
slide-column-reach = Reached
slide-regions-caption = Intended and observed share of looking by region
slide-numbers-intended = Intended
slide-numbers-observed = Looked at
slide-numbers-probable = Probable
slide-numbers-gap = Gap, points
slide-numbers-first = First look, s
slide-numbers-dwell = Dwell, s
slide-numbers-remarks = Remarks
slide-numbers-caption = Every measure of every region
slide-numbers-title = Every region in numbers
slide-numbers-note = Shares of all looking time on the slide. Probable: with the error of each fixation allowed for. Reached: students with a fixation in the region, of those tracked. Intervals are over students.
slide-remark-missed = missed by { $n }
slide-remark-small = smaller than error
slide-remark-probable = { $share } allowing for error
slide-track-words = looked at { $looked }, intended { $intended }
slide-bar-words = { $name }: looked at { $looked } of intended { $intended }
slide-key-intended = intended
slide-key-observed = looked at, band: 95 % interval
slide-interval = 95 % interval
slide-between = { $low } to { $high }
slide-hold = Show { $region } everywhere

slide-time-axis = seconds since the slide was opened, without the time on other slides
slide-opened-axis = seconds since the slide was opened
slide-elsewhere = elsewhere on the slide
slide-beside = beside the slide
slide-untracked = not tracked
slide-untracked-key = not tracked, or page hidden
slide-hidden = page hidden
slide-scarf-title = Who looked where, when
slide-scarf-note = A line a student, coloured by region. A loss of gaze shorter than 0.3 s, as in a blink, is left open. Click a line to see that student alone.
slide-scarf-empty = Nobody's gaze can be shown.
slide-scarf-sort = Order of the students
slide-scarf-by-name = sorted by name
slide-scarf-by = by first look at { $region }
slide-scarf-student = Student
slide-scarf-table = As a table
slide-scarf-table-caption = Share of each student's time by region
slide-alone = Show { $student } alone
slide-reach-title = How many had looked by when
slide-reach-note = Share of the students shown who had a fixation in a region since the slide was opened.
slide-reach-empty = Nobody's gaze can be shown, or there are no regions.
slide-reach-of = of { $n } students
slide-reach-words = { $region } { $n } of { $of }
slide-reach-summary = In the end, of { $n ->
    [one] one student
   *[other] { $n } students
 }: { $regions }.
slide-order-title = Order of looking
slide-order-note = Intended place against the place by the first look, median of those who looked, in seconds since the slide was opened.
slide-order-empty = Nobody looked at any region.
slide-order-intended = Intended
slide-order-looked = Looked at
slide-order-at = { $name } { $seconds } s
slide-order-tau = +1 is as intended, 0 no relation, −1 the other way round.
slide-ways-title = From region to region
slide-ways-note = Where gaze went next on leaving a region, in percent of the times it was left, all students together. Numbers above the columns are those of the lines.
slide-ways-caption = From region to region: share of the ways that left a region
slide-ways-from = From
slide-ways-left = Left
slide-ways-to = to { $region }
slide-ways-elsewhere = Elsewhere
slide-ways-cell = { $start } to { $stop }: { $n ->
    [one] 1 time
   *[other] { $n } times
 }
slide-step-label = What counts as a step
slide-step-visits = Visits
slide-step-fixations = Fixations

slide-content-waiting = The class is being held against the content…
slide-content-measure = Measure
slide-content-median = Median
slide-content-half = Middle half
slide-content-a-second = a second
slide-content-widths = slide widths
slide-content-of-one = of 1
slide-map-centre_bias = Centre of the slide
slide-map-content = Content
slide-map-saliency = Picture
slide-map-rest_of_class = Rest of the class
slide-maps-title = The class against the content
slide-maps-note = How well where a student looked is foretold by the regions' weights (content), by what stands out in the picture, and by two baselines. Read each line between them: no better than the centre of the slide is habit, as good as the rest of the class is as well as can be expected. Mean of { $n ->
    [one] 1 student
   *[other] { $n } students
 }, 95 % interval below.
slide-maps-caption = How well each map foretells looking
slide-maps-lower = lower is better
slide-maps-key-centre = centre
slide-maps-key-content = content
slide-maps-key-picture = picture
slide-maps-key-class = class
slide-whole-title = The slide as a whole
slide-whole-note = Where the time of { $n ->
    [one] 1 student
   *[other] { $n } students
 } went (mean over students of their own shares), and how gaze moved. Not tracked says nothing about looking.
slide-whole-caption = The slide as a whole, over students
slide-time-on = on the slide
slide-time-beside = beside it
slide-time-untracked = not tracked

## sentences: of a slide

slide-lead-together = Taken together, looking at the regions differs from the design by more than chance (gap score { $score }), but no single region stands out.
slide-gap-unknown = The gap score is not known.
slide-gap-alone = One student alone has no interval.
slide-gap-clear = 95 % interval { $low } to { $high }. { $n } students looking exactly as intended would get { $chance } by chance: the score stands clear of that.
slide-gap-unclear = 95 % interval { $low } to { $high }. { $n } students looking exactly as intended would get { $chance } by chance: the score does not stand clear of that.
slide-order-none = Fewer than two regions with an intended place were reached: there is no order to compare.
slide-order-class = Kendall's tau { $tau } over { $n } regions.
slide-order-students = Student by student, mean of { $n }: { $tau } (95 % interval { $low } to { $high }).
slide-missed = { $region } was missed by { $n } of { $of } (95 % interval { $low } to { $high }).
slide-missed-none = No required region was missed by any of { $n ->
    [one] 1 student
   *[other] { $n } students
 }.
slide-overlap-all = gaze on overlapping regions counts for all of them
slide-overlap-topmost = gaze on overlapping regions counts for the topmost
slide-set = Regions
slide-set-version = Regions version { $version }
slide-set-rule = { $regions }; { $rule }.

## upload: bringing in recordings (pages/upload, components/export_form)

upload-lead = Bring in the recordings of a class. Each becomes a session as soon as it has been processed.
upload-list = Uploads
upload-drop = Drop recordings here
upload-choose = or choose files
upload-kinds = session packages (.zip), videos (.webm, .mp4) or other trackers' exports ({ $suffixes }), to { $mb } MB each
upload-lesson = Lesson
upload-lesson-choose = Choose a lesson
upload-lesson-none = No such lesson
upload-student = Student
upload-send = Upload
upload-send-video = Upload the video
upload-send-export = Make sessions of it
upload-cancel = Cancel
upload-not-shown = not shown
upload-times = When each slide appeared, in seconds from the start of the recording
upload-times-note = Each is taken to fill the screen until the next one appears; leave out what was not shown.
upload-timeline-before = Or choose a
upload-timeline-after = that says when which slide was where:
upload-package = What a package holds
upload-package-session = lesson, student, screen and camera
upload-package-webcam = the student's face; or observations.parquet, gaze.csv or .parquet instead
upload-package-timeline = when which slide was where on the screen
upload-package-calibration = the dots that were looked at (optional, and worth having)
upload-checked-kept = A file is checked before anything of it is kept, and refused with the reason if something is wrong. Videos are processed on this server and kept here; nothing is sent anywhere else.
upload-checked-deleted = A file is checked before anything of it is kept, and refused with the reason if something is wrong. Videos are processed on this server and deleted afterwards; nothing is sent anywhere else.
upload-about-video = A video alone does not say who looked at what. Without calibration dots its gaze is a rough estimate, and it will be marked as uncalibrated.
upload-about-export = Another tracker's export does not say which lesson was shown to whom, nor which slide is which.
upload-pseudonym = A pseudonym, not a name
upload-pseudonyms = The beginning of { $n } pseudonyms, no names: S becomes S-01 to { $last }
upload-found-format = Format
upload-found-recordings = Recordings
upload-found-rows = Rows
upload-found-length = Length
upload-found-rate = Sampling rate
upload-found-valid = Valid
upload-found-fixations = Its own fixations
upload-found-no-samples = no samples, fixations only
upload-found-seconds = { $n } seconds
upload-found-minutes = { $n } minutes
upload-found-valid-of = { $share } of { $samples } samples
upload-looked-for = What was looked for
upload-columns = Which column is what
upload-columns-unknown = No format that is known here has these columns.
upload-mapped-none = Say what they hold; the next file like it will be read the same way.
upload-mapped-form = It was read as it is filled in here.
upload-mapped-memory = They are filled in as the last file with the same columns was read.
upload-mapped-names = They are filled in as their names suggest; put right what is wrong.
upload-read = Read it like this
upload-column-time = Time
upload-column-x = Across (x)
upload-column-y = Down (y)
upload-column-participant = Participant
upload-column-stimulus = Stimulus or slide
upload-column-valid = Valid or not
upload-column-duration = Duration of a fixation
upload-column-choose = Choose a column
upload-column-none = None
upload-time-unit = Times are in
upload-time-unit-ms = milliseconds
upload-time-unit-s = seconds
upload-time-unit-us = microseconds
upload-time-unit-ns = nanoseconds
upload-place-unit = Places are in
upload-place-unit-px = pixels
upload-place-unit-share = shares of the screen, 0 to 1
upload-place-unit-percent = percent of the screen
upload-origin = y is 0 at the
upload-origin-top = top
upload-origin-bottom = bottom
upload-stimuli = Which slide each stimulus is
upload-stimuli-note = Filled in where a slide has the same name.
upload-stimuli-more = { $n } more are matched by name alone.
upload-stimulus-none = Not a slide: left out
upload-screen = The student's screen
upload-screen-stated = The student's screen, { $size }
upload-screen-width-px = Width, px
upload-screen-height-px = Height, px
upload-screen-diagonal-inch = Diagonal, inches
upload-screen-unknown = unknown
upload-keep = Keep the fixations that the tracker found
upload-keep-note = Otherwise they are computed again from its gaze, as for all other sessions
upload-js-here-already = This file is here already.
upload-js-not-accepted = Not accepted. Nothing of it was kept.
upload-js-open-became = Open the session it became
upload-js-sending = Sending: { $sent } of { $size }
upload-js-checking = Checking what arrived
upload-js-looking = Looking at what arrived
upload-js-asking = Waiting for what you say about it in the form above
upload-js-accepted = Accepted, waiting for its turn
upload-js-failed = It was accepted, but could not be processed.
upload-js-no-reason = No reason was recorded.
upload-js-ready = Ready.
upload-js-ready-some = Ready: { $n } sessions.
upload-js-open-session = Open the session
upload-js-open-lesson = Open the lesson
upload-js-session-of = Session { $place } of { $count }: { $doing }
upload-js-expected-kind = a .zip package, a .webm or .mp4 video or a tracker's export
upload-js-got-kind = another kind of file
upload-js-expected-content = a file with content
upload-js-got-empty = an empty file
upload-js-expected-size = at most { $size }
upload-js-waiting = Waiting
upload-js-choose-file = choose file
upload-js-recording = Recording { $name }
upload-js-video = Video { $name }
upload-js-need-lesson = Choose the lesson that was shown
upload-js-need-student = Letters, digits and . _ - only, at most 64
upload-js-given-up = Given up. Nothing of it was kept.
